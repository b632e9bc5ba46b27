using System.Collections.Concurrent;

namespace PgHa.Engine.Tests.Replication;

/// <summary>Keeps what the engine tells.</summary>
public sealed class RecordingLog : IEngineLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ConcurrentQueue<EngineProgress> Progressed { get; } = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Step(string message) => _lines.Enqueue(message);

    public void Detail(string message) => _lines.Enqueue(message);

    public void Warn(string message) => _lines.Enqueue($"WARNING: {message}");

    public void Milestone(string message) => _lines.Enqueue(message);

    public void Progress(EngineProgress progress) => Progressed.Enqueue(progress);
}
