namespace PgHa.Engine.Machines.Shell;

/// <summary>A script that a standing shell is to run.</summary>
/// <param name="Script">The script, of which the shell keeps a copy.</param>
/// <param name="Arguments">Its positional parameters.</param>
internal sealed record ShellRequest(string Script, IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// What the script reads. It has to know the length, because there is no end of file, unless <see cref="IsProgram"/> is set.
    /// </summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Variables that only this script gets. They may be secret, and stand in no command line.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the script runs a program, which reads its input to the end and need not read all of it.</summary>
    public bool IsProgram { get; init; }

    /// <summary>Called with each line of the error stream as it comes.</summary>
    public Action<string>? OnErrorLine { get; init; }
}
