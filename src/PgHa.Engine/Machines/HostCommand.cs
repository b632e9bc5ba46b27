namespace PgHa.Engine.Machines;

/// <summary>A program to run on a host.</summary>
/// <param name="Program">An absolute path, or a name to be found on the host's <c>PATH</c>.</param>
/// <param name="Arguments">The arguments, each passed as it is: no shell reads them. Never a password.</param>
public sealed record HostCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// Environment variables added to the host's own. <c>LC_ALL=C</c> is always set, because PgHa reads what programs print.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the program reads from its standard input; none by default.</summary>
    public ReadOnlyMemory<byte> StandardInput { get; init; }

    /// <summary>
    /// Whether the program leaves a server running, as <c>pg_ctl start</c> does. Another user's server then starts in
    /// a session of that user's, with the limits PAM sets for it (open files, locked memory).
    /// </summary>
    public bool StartsServer { get; init; }

    /// <summary>
    /// Whether the program runs with the rights of PgHa's own user, and not with those of the server's: for a service manager, whose
    /// orders need root's rights.
    /// </summary>
    public bool AsOperator { get; init; }

    /// <summary>How long the program may run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Called with each line of the error stream as it comes. A carriage return ends a line too, because progress displays use it.
    /// </summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>The command line that a script runs; messages show it instead of the script.</summary>
    public IReadOnlyList<string>? Wrapped { get; init; }

    /// <summary>The command line as messages and the debug stream show it.</summary>
    public override string ToString() =>
        string.Join(' ', (Wrapped ?? [Program, .. Arguments]).Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"'{a}'" : a));
}
