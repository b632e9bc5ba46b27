using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PgHa;

/// <summary>The options of ssh that a machine names.</summary>
internal static class MachineOptions
{
    private const string Kind = "option of ssh";

    /// <summary>The options that PgHa sets itself, because its connection depends on them.</summary>
    private static readonly FrozenSet<string> Own = FrozenSet.ToFrozenSet(
        [
            "BatchMode", "ClearAllForwardings", "ControlMaster", "ControlPath", "ControlPersist", "EscapeChar",
            "ForkAfterAuthentication", "LocalCommand", "PermitLocalCommand", "RemoteCommand", "RequestTTY", "SessionType", "StdinNull",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>No option. Names of options have no case.</summary>
    public static ImmutableSortedDictionary<string, string> None { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options, sorted by name.</summary>
    /// <exception cref="MalformedTextException">A name or value that ssh cannot have, or an option that PgHa sets itself.</exception>
    public static ImmutableSortedDictionary<string, string> Checked(IReadOnlyDictionary<string, string>? options)
    {
        ImmutableSortedDictionary<string, string> all = None;
        foreach ((string name, string value) in options ?? None)
            all = all.SetItem(CheckedName(name), MachineText.CheckedLine($"value of {name}", value) ?? "");
        return all;
    }

    private static string CheckedName(string name)
    {
        if (name.Length == 0 || !name.All(char.IsAsciiLetterOrDigit))
            throw new MalformedTextException(Kind, name, 0, "expected a keyword of ssh_config, such as ProxyJump");
        return Own.Contains(name) ? throw new MalformedTextException(Kind, name, 0, "PgHa sets this option itself") : name;
    }
}
