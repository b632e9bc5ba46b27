namespace PgHa;

/// <summary>One option of a server's command line.</summary>
/// <param name="Words">Its arguments: <c>-c</c> and <c>port=5433</c>, or <c>-i</c> alone.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-postgres.html">postgres</see>.</remarks>
internal sealed record PostmasterOption(IReadOnlyList<string> Words)
{
    // The letters of the server's options that take a value.
    private const string WithValue = "BCDcdfhkNprStvW";

    /// <summary>Whether the option's value is the next argument.</summary>
    public static bool HasValueApart(string word) =>
        word.Length == 2 && word[0] == '-' && WithValue.Contains(word[1], StringComparison.Ordinal);

    /// <summary>Whether it names the data directory.</summary>
    public bool IsDataDirectory => Words[0].StartsWith("-D", StringComparison.Ordinal);

    /// <summary>The setting that it gives a value; <see langword="null"/> if it gives none.</summary>
    public string? Setting => Assignment?.Name;

    /// <summary>The setting's value.</summary>
    public string? Value => Assignment?.Value;

    /// <summary>
    /// Whether it says where WAL comes from or where recovery stops. A server that changes its role or
    /// upstream must not keep such an option.
    /// </summary>
    public bool IsOfRecovery => Setting is { } name && InheritedSettings.IsOfRecovery(name);

    private (string Name, string Value)? Assignment => Words[0] switch
    {
        ['-', '-', .. var assignment] => Split(assignment),
        ['-', 'c', ..] => Split(Argument),
        ['-', 'p', ..] => ("port", Argument),
        ['-', 'h', ..] => ("listen_addresses", Argument),
        ['-', 'k', ..] => ("unix_socket_directories", Argument),
        _ => null,
    };

    private string Argument => Words.Count > 1 ? Words[1] : Words[0][2..];

    // In --long-name=value a hyphen stands for an underscore.
    private static (string Name, string Value)? Split(string assignment) => assignment.Split('=', 2) is [var name, var value]
        ? (name.Trim().Replace('-', '_'), value)
        : null;

    /// <summary><c>-c port=5433</c>, with passwords masked.</summary>
    public override string ToString() => Secrets.Redact(string.Join(' ', Words));
}
