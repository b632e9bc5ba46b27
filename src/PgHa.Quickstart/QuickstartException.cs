namespace PgHa.Quickstart;

/// <summary>The cluster can't be shown.</summary>
/// <param name="message">What happened.</param>
/// <param name="advice">What to do about it.</param>
internal sealed class QuickstartException(string message, string? advice = null) : Exception(message)
{
    /// <summary>What to do about it.</summary>
    public string? Advice { get; } = advice;
}
