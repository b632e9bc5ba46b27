using System.Text.Json;

namespace PgHa.Engine.Tests.Support;

/// <summary>What faults were tried and what came of it, for docs/reliability.md: lines of JSON in the file PGHA_TEST_RELIABILITY.</summary>
internal static class ReliabilityReport
{
    private static readonly Lock Writing = new();

    /// <summary>A fault in the middle of an operation.</summary>
    /// <param name="procedure">The procedure's name, which begins with the operation.</param>
    /// <param name="fault">What befell a server or PgHa.</param>
    /// <param name="outcome">Whether the operation went on or stopped.</param>
    public static void AddFault(string procedure, string fault, string outcome) =>
        Add(new { Kind = "fault", Operation = procedure.Split(' ')[0], Fault = fault, Outcome = outcome });

    /// <summary>Adds a line.</summary>
    public static void Add(object entry)
    {
        if (Environment.GetEnvironmentVariable("PGHA_TEST_RELIABILITY") is not { Length: > 0 } path)
            return;
        lock (Writing)
            File.AppendAllText(path, JsonSerializer.Serialize(entry) + "\n");
    }
}
