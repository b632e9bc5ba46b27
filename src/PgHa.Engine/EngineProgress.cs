namespace PgHa.Engine;

/// <summary>How far a long activity is.</summary>
/// <param name="Activity">What goes on and for which server; the same text throughout one activity.</param>
/// <param name="Status">Where it is, such as <c>31 of 80 MB, tablespace 1 of 2</c>.</param>
/// <param name="PercentComplete">0 to 100; <see langword="null"/> where the end is not known.</param>
/// <param name="IsCompleted">The activity has ended, well or not.</param>
public sealed record EngineProgress(string Activity, string Status, int? PercentComplete = null, bool IsCompleted = false)
{
    /// <summary>The activity it is part of.</summary>
    public string? Parent { get; init; }
}
