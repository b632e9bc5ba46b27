using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>For work that belongs to no running command: completion and binding. Nobody reads its log.</summary>
internal sealed class SilentLog : IEngineLog
{
    public static SilentLog Instance { get; } = new();

    public void Step(string message)
    {
    }

    public void Detail(string message)
    {
    }

    public void Warn(string message)
    {
    }

    public void Milestone(string message)
    {
    }

    public void Progress(EngineProgress progress)
    {
    }
}
