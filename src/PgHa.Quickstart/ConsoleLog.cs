using PgHa.Engine;

namespace PgHa.Quickstart;

/// <summary>The engine's steps and warnings on the console.</summary>
internal sealed class ConsoleLog : IEngineLog
{
    public void Step(string message) => Console.WriteLine($"  {message}");

    public void Detail(string message)
    {
    }

    public void Warn(string message) => Console.WriteLine($"  WARNING: {message}");

    public void Milestone(string message) => Console.WriteLine(message);

    public void Progress(EngineProgress progress)
    {
    }
}
