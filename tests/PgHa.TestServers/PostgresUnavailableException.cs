namespace PgHa.TestServers;

/// <summary>A PostgreSQL major, or something its servers need, can't be had on this machine.</summary>
/// <remarks>
/// xUnit reports a test that throws this as skipped, with the reason: it recognises the message's first
/// characters, so this library needs no reference to it. On CI they are left out and the test fails.
/// Throw it from a test, not from a fixture: xUnit wraps what a fixture throws.
/// </remarks>
public sealed class PostgresUnavailableException(string reason, Exception? innerException = null)
    : Exception(TestEnvironment.IsCi ? reason : SkipToken + reason, innerException)
{
    private const string SkipToken = "$XunitDynamicSkip$";

    /// <summary>Why, in one sentence.</summary>
    public string Reason { get; } = reason;
}
