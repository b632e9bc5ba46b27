using PgHa.Engine.Configuration;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>One <c>ALTER SYSTEM</c>.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">Its new value; <see langword="null"/> for a reset.</param>
/// <param name="OldAutoValue">What <c>postgresql.auto.conf</c> has now; <see langword="null"/> if nothing.</param>
internal sealed record SystemSetting(string Name, string? Value, string? OldAutoValue)
{
    // The sources of a value that holds for the whole server, unlike that of a database, a role or a client.
    private static readonly string[] ServerWideSources = ["default", "configuration file", "override"];

    /// <summary>The value of <c>archive_command</c> in <c>pg_settings</c> while <c>archive_mode</c> is off.</summary>
    public const string HiddenArchiveCommand = "(disabled)";

    /// <summary>The statement.</summary>
    public string Statement => Value is null
        ? $"ALTER SYSTEM RESET {SqlQuoting.Identifier(Name)}"
        : $"ALTER SYSTEM SET {SqlQuoting.Identifier(Name)} = {Literal(Value)}";

    /// <summary>The change that undoes it.</summary>
    public SystemSetting Undo => new(Name, OldAutoValue, Value);

    /// <summary>Whether it would change nothing.</summary>
    /// <param name="current">The setting in effect; <see langword="null"/> if the server does not know it.</param>
    /// <param name="inFile">The value that wins in the files; <see langword="null"/> if there is none, or it may not be read.</param>
    public bool IsSo(PgSetting? current, FileValue? inFile)
    {
        if (Value is null)
            return OldAutoValue is null && inFile?.IsAuto != true;
        if (current is null)
            return false;
        // A value in the files counts if it is in effect, or if only a restart is missing.
        return inFile is not null
            ? AreEqual(current, inFile.Value)
                && (current.PendingRestart || current.Source == RestartNeed.CommandLine || current.Value == HiddenArchiveCommand
                    || AreEqual(current, current.Value))
            : !current.PendingRestart && ServerWideSources.Contains(current.Source) && AreEqual(current, current.Value);
    }

    private bool AreEqual(PgSetting setting, string other) =>
        SettingValue.AreEqual(Value!, other, setting.Type ?? SettingType.String, setting.Unit);

    private string Literal(string value) => SettingList.Contains(Name) && SettingList.Split(value) is { Count: > 0 } elements
        ? string.Join(", ", elements.Select(SqlQuoting.Literal))
        : SqlQuoting.Literal(value);
}
