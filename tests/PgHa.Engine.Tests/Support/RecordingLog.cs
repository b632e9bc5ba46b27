using System.Collections.Concurrent;

namespace PgHa.Engine.Tests.Support;

/// <summary>Keeps what the engine tells.</summary>
public sealed class RecordingLog : IEngineLog
{
    public ConcurrentQueue<string> Steps { get; } = new();

    public ConcurrentQueue<string> Details { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<EngineProgress> ProgressReports { get; } = new();

    /// <summary>Everything, to search for what must not be there.</summary>
    public string All => string.Join('\n', [.. Steps, .. Details, .. Warnings, .. ProgressReports.Select(p => p.ToString())]);

    /// <summary>What a test does at a step.</summary>
    public Action<string>? OnStep { get; init; }

    public void Step(string message)
    {
        Steps.Enqueue(message);
        OnStep?.Invoke(message);
    }

    public void Detail(string message) => Details.Enqueue(message);

    public void Warn(string message) => Warnings.Enqueue(message);

    public void Milestone(string message) => Steps.Enqueue(message);

    public void Progress(EngineProgress progress) => ProgressReports.Enqueue(progress);
}
