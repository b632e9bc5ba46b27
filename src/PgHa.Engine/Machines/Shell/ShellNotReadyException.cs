namespace PgHa.Engine.Machines.Shell;

/// <summary>A shell on another machine did not start.</summary>
internal sealed class ShellNotReadyException : IOException
{
    public ShellNotReadyException(string error, string output, Exception cause)
        : base("The shell did not start.", cause)
    {
        Error = error;
        Output = output;
    }

    /// <summary>What was said on the error stream.</summary>
    public string Error { get; }

    /// <summary>What was said on the output.</summary>
    public string Output { get; }

    /// <summary>Whether it was given up, and had not ended.</summary>
    public bool WasGivenUp => InnerException is OperationCanceledException;
}
