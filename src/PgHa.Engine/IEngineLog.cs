namespace PgHa.Engine;

/// <summary>
/// The log of the engine. The engine never returns text to print: the commands map the messages to PowerShell's streams,
/// and tests collect them. Implementations are called from several threads.
/// </summary>
/// <remarks>No message ever holds a password.</remarks>
public interface IEngineLog
{
    /// <summary>A step, for the verbose stream: "Starting node23@127.0.0.1:9423".</summary>
    void Step(string message);

    /// <summary>A statement or command line as run, for the debug stream.</summary>
    void Detail(string message);

    /// <summary>Something the user should act on.</summary>
    void Warn(string message);

    /// <summary>A milestone, for the information stream.</summary>
    void Milestone(string message);

    /// <summary>How far a long activity is.</summary>
    void Progress(EngineProgress progress);
}
