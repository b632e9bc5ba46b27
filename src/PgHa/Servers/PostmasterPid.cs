using System.Globalization;

namespace PgHa;

/// <summary>What a running server says of itself in <c>postmaster.pid</c>. A server that was killed leaves the file behind.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/storage-file-layout.html">Database File Layout</see>.</remarks>
public sealed record PostmasterPid
{
    private const string Kind = "postmaster.pid";

    /// <summary>The process id of the postmaster, or of the one process of a single-user server.</summary>
    public required int ProcessId { get; init; }

    /// <summary>It is a single-user server (<c>postgres --single</c>), which listens nowhere.</summary>
    public required bool IsSingleUser { get; init; }

    /// <summary>The data directory, as the server sees it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>When the server was started, to the second.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The port; <see langword="null"/> before the server has written it.</summary>
    public int? Port { get; init; }

    /// <summary>The directory of the first Unix socket; <see langword="null"/> if there is none.</summary>
    public string? SocketDirectory { get; init; }

    /// <summary>The first address listened on, <c>*</c> for all; <see langword="null"/> if there is none.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>Key and id of the System V shared memory; <see langword="null"/> on Windows and before the server has it.</summary>
    public string? SharedMemoryKey { get; init; }

    /// <summary>The server's state; <see langword="null"/> in PostgreSQL 9.6, and before the server has written it.</summary>
    public PostmasterStatus? Status { get; init; }

    /// <summary>Reads the file.</summary>
    /// <remarks>
    /// A server writes the first lines at once and the others later, so a file that ends after the third line is complete.
    /// </remarks>
    /// <exception cref="MalformedTextException">
    /// The text is no <c>postmaster.pid</c>, or was read while the server wrote it; the message says where.
    /// </exception>
    public static PostmasterPid Parse(string text)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.Trim())];
        int pid = (int)Number(lines, 1, "expected a process id", int.MinValue, int.MaxValue);
        return new PostmasterPid
        {
            ProcessId = Math.Abs(pid),
            IsSingleUser = pid < 0,
            DataDirectory = Line(lines, 2) ?? throw Malformed(lines, 2, "expected the data directory"),
            StartTime = DateTimeOffset.FromUnixTimeSeconds(Number(lines, 3, "expected the start time in seconds since 1970", 0, 1L << 37)),
            Port = Line(lines, 4) is null or "0" ? null : (int)Number(lines, 4, PortList.Expectation, 1, 65_535),
            SocketDirectory = Line(lines, 5),
            ListenAddress = Line(lines, 6),
            SharedMemoryKey = Line(lines, 7),
            Status = Line(lines, 8) is { } status ? ParseStatus(lines, status) : null,
        };
    }

    private static string? Line(string[] lines, int number) =>
        number <= lines.Length && lines[number - 1].Length > 0 ? lines[number - 1] : null;

    private static long Number(string[] lines, int line, string expectation, long least, long most) =>
        long.TryParse(Line(lines, line), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        && value >= least && value <= most && value != 0
            ? value
            : throw Malformed(lines, line, expectation);

    private static PostmasterStatus ParseStatus(string[] lines, string status) => status switch
    {
        "starting" => PostmasterStatus.Starting,
        "stopping" => PostmasterStatus.Stopping,
        "ready" => PostmasterStatus.Ready,
        "standby" => PostmasterStatus.Standby,
        _ => throw Malformed(lines, 8, "expected starting, stopping, ready or standby"),
    };

    private static MalformedTextException Malformed(string[] lines, int line, string expectation) =>
        new(Kind, Line(lines, line) ?? "", 0, expectation, line);
}
