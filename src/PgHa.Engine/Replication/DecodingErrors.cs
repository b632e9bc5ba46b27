using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>What can be wrong with logical decoding, and what to do about it.</summary>
internal static class DecodingErrors
{
    public static PgHaException PluginNotFound(
        PgInstance instance, string plugin, IReadOnlyList<string>? installed, Exception inner) => new(
        ErrorIds.PluginNotFound, PgHaErrorKind.NotFound,
        $"{instance} has no output plugin '{plugin}'.",
        installed is null
            ? "pgoutput comes with every server, test_decoding with its contrib package; "
                + "others, such as wal2json, have a package of their own. "
                + "From PostgreSQL 11 on superusers and members of pg_read_server_files are told here what is installed."
            : $"Installed are: {string.Join(", ", installed)}. Give one of these, or install the plugin's package on the server.",
        instance.ToString(), inner);

    public static PgHaException PluginNotAllowed(PgInstance instance, string plugin, PgHaException inner) => new(
        ErrorIds.PluginNotAllowed, PgHaErrorKind.PermissionDenied,
        $"{instance} does not let '{plugin}' be used as an output plugin: {inner.ServerText()}.",
        "If every role with REPLICATION may use it, add it to the setting output_plugin_libraries; "
            + "with another plugin nothing has to be changed.",
        instance.ToString(), inner);

    public static PgHaException StillWaiting(PgInstance instance, string name, IReadOnlyList<string> open, Exception inner) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
        $"{instance} did not make slot '{name}' in time, and took it back: "
            + "a logical slot begins when every transaction that was open has ended"
            + (open.Count > 0 ? $". Open are now: {string.Join(", ", open)}." : "."),
        "End these transactions or wait longer (-Timeout). On a standby, run 'select pg_log_standby_snapshot()' on its primary meanwhile.",
        instance.ToString(), inner);

    public static PgHaException Failed(ReplicationSlot slot, bool binary, PgHaException inner) => new(
        ErrorIds.DecodingFailed, PgHaErrorKind.OperationFailed,
        $"Slot {slot} cannot be read: {inner.ServerText()} (SQLSTATE {inner.SqlState()}).{Consequence(slot)}",
        AdviceFor(slot, binary),
        slot.Server.ToString(), inner);

    public static PgHaException TooSlow(ReplicationSlot slot, Exception inner) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
        $"Slot {slot} gave nothing in time: the server decodes all that is asked for before it sends the first change.{Consequence(slot)}",
        "Ask for less (-First, -UpToLsn), or wait longer (-Timeout).",
        slot.Server.ToString(), inner);

    // The server ends the temporary slots of a session in which a statement fails.
    private static string Consequence(ReplicationSlot slot) => slot.IsTemporary ? " That has ended the slot, which was temporary." : "";

    private static string AdviceFor(ReplicationSlot slot, bool binary) => slot.Plugin switch
    {
        LogicalSlotOptions.DefaultPlugin =>
            "pgoutput writes bytes and takes the publications to decode: "
                + "-Binary -Option @{ proto_version = 1; publication_names = 'name' }.",
        _ when !binary => "Look at the options of its output plugin (-Option); what is no text takes -Binary.",
        _ => "Look at the options of its output plugin (-Option).",
    };
}
