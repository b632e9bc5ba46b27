namespace PgHa.Tests;

/// <summary>What servers of a made-up cluster say.</summary>
internal static class Observed
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly SystemIdentifier Identifier = new(7_000_000_000_000_000_001);
    public static readonly Lsn End = new(0x3000148);

    public static PgInstance Server(string name, int port) => new() { Name = name, Port = port, DataDirectory = $"/srv/{name}" };

    public static MemberAnswer Primary(string name, int port, params StandbyStatus[] standbys) => new(Server(name, port))
    {
        Status = new ReplicationStatus
        {
            Server = Server(name, port),
            Role = ServerRole.Primary,
            SystemIdentifier = Identifier,
            Timeline = new TimelineId(1),
            CurrentLsn = End,
            ClusterName = name,
            StartedAt = Now.AddHours(-1).AddSeconds(port),
            ObservedAt = Now,
            SynchronousCommit = CommitLevel.On,
            Standbys = [.. standbys.Select(row => row with { Upstream = Server(name, port) })],
        },
    };

    public static MemberAnswer Standby(
        string name, int port, int upstreamPort, params StandbyStatus[] standbys) => Primary(name, port, standbys) switch
        {
            var answer => answer with
            {
                Status = answer.Status! with
                {
                    Role = ServerRole.Standby,
                    Receiver = new ReceiverStatus
                    {
                        State = "streaming",
                        HasUpstream = true,
                        HasRestoreCommand = false,
                        SenderHost = "127.0.0.1",
                        SenderPort = upstreamPort,
                        ApplicationName = name,
                        ReceivedLsn = End,
                        ReplayedLsn = End,
                        ApplyDelay = TimeSpan.Zero,
                    },
                },
            },
        };

    public static MemberAnswer ArchiveFed(string name, int port, string directory) => Standby(name, port, 0) switch
    {
        var answer => answer with
        {
            Status = answer.Status! with
            {
                Receiver = new ReceiverStatus
                {
                    HasUpstream = false,
                    HasRestoreCommand = true,
                    RestoreCommand = $"cp {directory}/%f %p",
                    ReplayedLsn = End
                }
            },
        },
    };

    public static MemberAnswer Down(string name, int port) => new(Server(name, port))
    {
        Failure = new PgHaException(
            "ServerUnreachable", PgHaErrorKind.ConnectionFailed, $"{name}@127.0.0.1:{port} cannot be reached: Connection refused."),
    };

    public static StandbyStatus Row(string name, SyncState sync = SyncState.Async, string state = "streaming") => new()
    {
        Upstream = new PgInstance(),
        ApplicationName = name,
        Address = "127.0.0.1",
        Port = 40_000,
        State = state,
        SyncState = sync,
        UpstreamLsn = End,
        SentLsn = End,
        WrittenLsn = End,
        FlushedLsn = End,
        ReplayedLsn = End,
    };

    public static PgCluster Cluster(params MemberAnswer[] answers) => PgClusters.Of(answers, Now);
}
