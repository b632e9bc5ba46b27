namespace PgHa.Engine.Machines;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">The last 64 KiB of its error stream.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The same output as bytes, for output that is no text.</summary>
    public ReadOnlyMemory<byte> OutputBytes { get; init; }

    /// <summary>Whether the exit status is 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>Whether both results are equal. The bytes are not compared, because they are the same as the output.</summary>
    public bool Equals(CommandResult? other) =>
        other is not null && (ExitCode, Output, Error) == (other.ExitCode, other.Output, other.Error);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ExitCode, Output, Error);
}
