using System.Globalization;

namespace PgHa;

/// <summary>
/// Parses the single values of a definition. A value that cannot be parsed is a <see cref="FormatException"/> that names what is expected.
/// </summary>
internal static class DefinitionScalars
{
    /// <summary>A text that is not empty; a number is taken as text, and a Boolean as <c>on</c> or <c>off</c>.</summary>
    public static string Text(object value) => SettingText.Of(value) is { Length: > 0 } text ? text : throw new FormatException("is empty");

    /// <summary>A TCP port.</summary>
    public static int Port(object value) =>
        int.TryParse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65_535
            ? port
            : throw new FormatException($"'{Text(value)}' is no port; expected a number from 1 to 65535");

    /// <summary>A machine.</summary>
    public static PgMachine Machine(object value) => value as PgMachine ?? PgMachine.Parse(Text(value));

    /// <summary>A Boolean, as PostgreSQL or PowerShell writes it.</summary>
    public static bool Boolean(object value) => SettingValue.ParseBoolean(Text(value));

    /// <summary>A major version that PgHa knows.</summary>
    public static ServerVersion? Version(object value) => ServerDialect.For(ServerVersion.Parse(Text(value))).Version;

    /// <summary>A duration, as <c>recovery_min_apply_delay</c> takes it.</summary>
    public static TimeSpan Duration(object value)
    {
        TimeSpan duration = value is TimeSpan time ? time : RecoveryEntries.Duration(Text(value));
        return duration >= TimeSpan.Zero ? duration : throw new FormatException("a delay cannot be negative");
    }

    /// <summary>A rule of <c>pg_hba.conf</c>.</summary>
    public static HbaRule Rule(object value) => value as HbaRule ?? HbaRule.Parse(Text(value));

    /// <summary>A value of <c>synchronous_standby_names</c>; the empty one is <see langword="null"/>.</summary>
    public static SynchronousStandbyNames? StandbyNames(object value) =>
        value as SynchronousStandbyNames ?? SynchronousStandbyNames.Parse(SettingText.Of(value));

    /// <summary>A value of <c>synchronous_commit</c>, or the name that PgHa gives it.</summary>
    public static CommitLevel? Level(object value) =>
        value is CommitLevel level ? level : Named<CommitLevel>(Text(value)) ?? CommitLevels.Parse(Text(value));

    /// <summary>A value of <c>archive_mode</c> other than <c>off</c>.</summary>
    public static ArchiveMode Mode(object value) =>
        Named<ArchiveMode>(Text(value)) ?? throw new FormatException(
            $"'{Text(value)}' is no mode; expected on or always (a node without ArchiveDirectory does not archive)");

    // remote_apply and RemoteApply are the same name. A number is no name, although Enum.Parse accepts it.
    private static T? Named<T>(string text)
        where T : struct, Enum
    {
        string name = text.Replace("_", "", StringComparison.Ordinal);
        return Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => name.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase));
    }
}
