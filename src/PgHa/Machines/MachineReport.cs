using static System.FormattableString;

namespace PgHa;

/// <summary>What a machine showed when it was examined.</summary>
public sealed record MachineReport
{
    /// <summary>The least free space that is no finding, in bytes: sixteen WAL segments.</summary>
    private const long LeastFreeSpace = 16L * 16 * 1024 * 1024;

    /// <summary>How far a clock may be off: below this, the measurement itself may be.</summary>
    private static readonly TimeSpan LargestOffset = TimeSpan.FromSeconds(2);

    /// <summary>The machine.</summary>
    public required PgMachine Machine { get; init; }

    /// <summary>Why PgHa does not reach it, in words; <see langword="null"/> if it does.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether PgHa logs in there and finds a POSIX shell.</summary>
    public bool IsReachable => Failure is null;

    /// <summary>The user that PgHa is there, before it becomes a server's user.</summary>
    public string? UserName { get; init; }

    /// <summary>The operating system, as it calls itself.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The least time that a command took there and back.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>How far the machine's clock is ahead of this machine's; negative where it is behind.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>The locale that the user's programs start with, which <c>initdb</c> would take.</summary>
    public string? Locale { get; init; }

    /// <summary>The free bytes of the file system of <c>/var/lib</c>, where packages put data directories.</summary>
    public long? FreeSpace { get; init; }

    /// <summary>The installations of PostgreSQL's server, the newest first.</summary>
    public IReadOnlyList<MachineProgram> Programs { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The servers that run there.</summary>
    public IReadOnlyList<MachineServer> Servers { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The TCP ports that somebody listens on, sorted.</summary>
    public IReadOnlyList<int> ListeningPorts { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The programs that PgHa's own work needs there and does not find.</summary>
    public IReadOnlyList<string> MissingTools { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>What is in the way of working with the machine, a sentence each.</summary>
    public IReadOnlyList<string> Findings
    {
        get
        {
            List<string> findings = [];
            if (Failure is not null)
            {
                findings.Add(Failure);
                return findings;
            }

            if (MissingTools.Count > 0)
                findings.Add($"PgHa needs programs that are missing: {string.Join(", ", MissingTools)}.");
            if (Programs.Count == 0)
                findings.Add("No programs of PostgreSQL's server were found.");
            if (ClockOffset is { } offset && offset.Duration() > LargestOffset)
            {
                string side = offset > TimeSpan.Zero ? "ahead" : "behind";
                findings.Add(Invariant($"The clock is {offset.Duration().TotalSeconds:0} s {side}."));
            }

            if (FreeSpace is { } free && free < LeastFreeSpace)
                findings.Add(Invariant($"The file system of /var/lib has only {free / 1024 / 1024} MB of free space."));
            return findings;
        }
    }
}
