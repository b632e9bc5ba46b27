using System.Globalization;
using PgHa.Engine.Management;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Builds a status from the rows of the queries of <see cref="ReplicationStatusQuery"/>.</summary>
internal sealed class ReplicationStatusBuilder(PgInstance server, ServerDialect dialect)
{
    private readonly List<StandbyStatus> _standbys = [];
    private readonly List<ReplicationSlot> _slots = [];
    private ReplicationStatus _status = new() { Server = server, Role = ServerRole.Primary };
    private ReceiverStatus _receiver = new();
    private Lsn? _end;
    private string? _primaryConninfo;

    /// <summary>Whether the timeline is that of the standby's last restartpoint. The standby may be on a later one by now.</summary>
    public bool TimelineMayLag { get; private set; }

    /// <summary>Whether the role may open a replication connection.</summary>
    public bool MayReplicate { get; private set; }

    /// <summary>The status, once every row has been read.</summary>
    public ReplicationStatus Build() => _status with
    {
        Standbys = _standbys,
        Slots = _slots,
        Receiver = _status.Role == ServerRole.Standby ? BuildReceiver() : null,
    };

    public void ReadServer(Row row)
    {
        _end = row.Lsn("end_lsn");
        bool isStandby = row.Get<bool>("in_recovery");
        _status = _status with
        {
            Role = isStandby ? ServerRole.Standby : ServerRole.Primary,
            SystemIdentifier = row.Text("system_identifier") is { } identifier ? SystemIdentifier.Parse(identifier) : null,
            CurrentLsn = row.Lsn("current_lsn"),
            ObservedAt = row.Get<DateTimeOffset?>("observed_at"),
            StartedAt = row.Get<DateTimeOffset?>("started_at"),
            Timeline = row.Text("written_timeline") is { } digits
                ? new TimelineId(uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
                : Latest(Timeline(row.Get<int?>("controlled_timeline")), Timeline(row.Get<int?>("replayed_timeline"))),
        };
        TimelineMayLag = isStandby && row.Get<int?>("replayed_timeline") is null;
        MayReplicate = row.Get<bool?>("may_replicate") == true;
        _receiver = _receiver with
        {
            ReceivedLsn = row.Lsn("received_lsn"),
            ReplayedLsn = row.Lsn("current_lsn"),
            IsReplayPaused = row.Get<bool?>("paused") ?? false,
            LastReplayedCommit = row.Get<DateTimeOffset?>("last_replayed_commit"),
            Conflicts = row.Get<long?>("conflicts"),
            HasSlotSyncWorker = row.Get<bool?>("has_slot_sync_worker"),
        };
    }

    public void ReadManagement(Row row) => _status = _status with { ManagementSigns = ManagementQuery.Read(row) };

    public void ReadSettings(Row row)
    {
        _status = _status with
        {
            SynchronousStandbyNames = SynchronousStandbyNames.Parse(row.Text("synchronous_standby_names")!),
            SynchronousCommit = CommitLevels.Parse(row.Text("synchronous_commit")!),
            ClusterName = row.Text("cluster_name") is { Length: > 0 } name ? name : null,
            ArchiveMode = row.Text("archive_mode") switch
            {
                "on" => ArchiveMode.On,
                "always" => ArchiveMode.Always,
                _ => null,
            },
            SynchronizedStandbySlots = row.Text("synchronized_standby_slots"),
            ArchiveCommand = row.Text("archive_command") is { Length: > 0 } archive ? Secrets.Redact(archive) : null,
        };
        _primaryConninfo = row.Text("primary_conninfo");
        _receiver = _receiver with
        {
            SlotName = row.Text("primary_slot_name") is { Length: > 0 } slot ? slot : null,
            HasUpstream = _primaryConninfo is { } conninfo ? conninfo.Length > 0 : null,
            HasRestoreCommand = row.Text("restore_command") is { } command ? command.Length > 0 : null,
            RestoreCommand = row.Text("restore_command") is { Length: > 0 } restore ? Secrets.Redact(restore) : null,
            ApplyDelay = row.Interval("recovery_min_apply_delay"),
            SynchronizesSlots = row.Text("sync_replication_slots") is { } synchronizes ? SettingValue.ParseBoolean(synchronizes) : null,
            HasFeedback = row.Get<bool?>("hot_standby_feedback"),
            HasLogicalWal = row.Text("wal_level") is { } level
                ? level == "logical" || (level == "replica" && dialect.RaisesWalLevelForLogicalSlots)
                : null,
        };
    }

    public void ReadSlot(Row row) => _slots.Add(SlotQuery.Read(server, row));

    public void ReadStandby(Row row) => _standbys.Add(new StandbyStatus
    {
        Upstream = server,
        ApplicationName = row.Text("application_name") ?? "",
        ProcessId = row.Get<int>("pid"),
        UserName = row.Text("usename"),
        Address = row.Text("address"),
        // A Unix socket has the port -1.
        Port = row.Get<int?>("client_port") is > 0 and { } port ? port : null,
        State = row.Text("state"),
        SyncState = Enum.TryParse(row.Text("sync_state"), ignoreCase: true, out SyncState sync) ? sync : null,
        SyncPriority = row.Get<int?>("sync_priority"),
        SlotName = row.Text("slot_name"),
        IsLogical = row.Get<bool?>("logical") ?? false,
        UpstreamLsn = _end,
        SentLsn = row.Lsn("sent"),
        WrittenLsn = row.Lsn("written"),
        FlushedLsn = row.Lsn("flushed"),
        ReplayedLsn = row.Lsn("replayed"),
        WriteLag = row.Interval("write_lag"),
        FlushLag = row.Interval("flush_lag"),
        ReplayLag = row.Interval("replay_lag"),
        BackendStart = row.Get<DateTimeOffset?>("backend_start"),
        ReplyTime = row.Get<DateTimeOffset?>("reply_time"),
    });

    public void ReadReceiver(Row row)
    {
        TimelineId? received = Timeline(row.Get<int?>("received_tli"));
        TimelineMayLag &= received is null;
        _status = _status with { Timeline = Latest(_status.Timeline, received) };
        _receiver = _receiver with
        {
            State = row.Text("status"),
            ProcessId = row.Get<int?>("pid"),
            SlotName = row.Text("slot_name") is { Length: > 0 } slot ? slot : _receiver.SlotName,
            // A role without the privilege sees only the process id in the receiver's row.
            HasUpstream = row.Text("status") is null ? _receiver.HasUpstream : true,
            ConnectionString = row.Text("conninfo"),
            SenderHost = row.Text("sender_host"),
            SenderPort = row.Get<int?>("sender_port"),
            SenderLsn = row.Lsn("latest_end_lsn"),
            ReceivedLsn = row.Lsn("flushed_lsn") ?? _receiver.ReceivedLsn,
            LastMessageSent = row.Get<DateTimeOffset?>("last_msg_send_time"),
            LastMessageReceived = row.Get<DateTimeOffset?>("last_msg_receipt_time"),
        };
    }

    // The values of the running receiver win: primary_conninfo may have changed since its start, and may name several hosts.
    private ReceiverStatus BuildReceiver()
    {
        ConnectionSettings? connection = UpstreamSettings();
        // If there are several hosts, it is not known from which the standby would stream.
        ConnectionSettings? only = connection is { HasSeveralHosts: true } ? null : connection;
        return _receiver with
        {
            ConnectionString = connection?.ToString(),
            ApplicationName = connection?.ApplicationName,
            NamesDatabase = NamesDatabase(),
            SenderHost = _receiver.SenderHost ?? only?.Host,
            SenderPort = _receiver.SenderPort ?? only?.Port,
        };
    }

    private bool? NamesDatabase()
    {
        try
        {
            return _primaryConninfo is null ? null : ConnectionSettings.Parse(_primaryConninfo).Database is not null;
        }
        catch (MalformedTextException)
        {
            return null;
        }
    }

    // The server masks the password in the receiver's conninfo but not in primary_conninfo. ToString() never shows one.
    private ConnectionSettings? UpstreamSettings()
    {
        try
        {
            return _receiver.ConnectionString is { Length: > 0 } shown ? ShownConninfo.Parse(shown)
                : string.IsNullOrEmpty(_primaryConninfo) ? null
                : ConnectionSettings.Parse(_primaryConninfo);
        }
        catch (MalformedTextException)
        {
            return null;
        }
    }

    // The server has been on both timelines. So it is on the later one of them, or on one after that.
    private static TimelineId? Latest(TimelineId? left, TimelineId? right) => left > right || right is null ? left : right;

    private static TimelineId? Timeline(int? value) => value is > 0 ? new TimelineId((uint)value) : null;
}
