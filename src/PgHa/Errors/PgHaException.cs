namespace PgHa;

/// <summary>What went wrong with which server, and what to do next.</summary>
/// <remarks>
/// <see cref="ErrorId"/> is stable: scripts and tests match it, never the message.
/// The inner exception, where there is one, is what the server, the driver or the system said.
/// </remarks>
public sealed class PgHaException : Exception
{
    /// <summary>A failure with its stable id.</summary>
    /// <param name="errorId">The id, a Pascal-case noun phrase such as <c>PortInUse</c>.</param>
    /// <param name="kind">What kind of failure it is.</param>
    /// <param name="message">One sentence that names the server or path and says what happened.</param>
    /// <param name="advice">What to do next, as an imperative sentence.</param>
    /// <param name="server">The server it is about, as <see cref="PgInstance.ToString"/> prints it.</param>
    /// <param name="innerException">What caused it.</param>
    public PgHaException(
        string errorId,
        PgHaErrorKind kind,
        string message,
        string? advice = null,
        string? server = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        Advice = advice;
        Server = server;
    }

    /// <summary>The stable id, such as <c>PortInUse</c>.</summary>
    public string ErrorId { get; }

    /// <summary>What kind of failure it is.</summary>
    public PgHaErrorKind Kind { get; }

    /// <summary>What to do next.</summary>
    public string? Advice { get; }

    /// <summary>The server it is about.</summary>
    public string? Server { get; }
}
