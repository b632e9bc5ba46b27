namespace PgHa;

/// <summary>Makes the definition of a node from a running member.</summary>
internal sealed class NodeExport(ClusterObservation observation, MemberObservation seen, List<string> warnings)
{
    private readonly PgClusterMember _member = seen.Member;

    public NodeDefinition ToNode()
    {
        bool isPrimary = _member.Role == ServerRole.Primary;
        var node = new NodeDefinition
        {
            Name = _member.Name,
            Machine = _member.Server!.Machine,
            Host = _member.Server.Host.StartsWith('/') ? "127.0.0.1" : _member.Server.Host,
            Port = _member.Server.Port,
            DataDirectory = DataDirectory(),
            Upstream = isPrimary ? null : Upstream(),
            RestoreFrom = isPrimary ? null : RestoreFrom(),
            HotStandby = isPrimary || (seen.Recovery?.HotStandby ?? _member.IsHot ?? true),
            SlotName = isPrimary ? null : _member.SlotName ?? seen.Recovery?.SlotName,
            ApplicationName = isPrimary ? _member.Name : _member.ApplicationName ?? seen.Recovery?.ApplicationName ?? _member.Name,
            ApplyDelay = isPrimary ? TimeSpan.Zero : _member.ApplyDelay ?? seen.Recovery?.ApplyDelay ?? TimeSpan.Zero,
            SyncReplicationSlots = !isPrimary && _member.Status?.Receiver?.SynchronizesSlots == true,
            Slots = Slots(isPrimary),
            Tablespaces = Tablespaces(),
        };
        if (node is { Upstream: null, RestoreFrom: null } && !isPrimary)
            warnings.Add($"{_member.Name} is a standby, and where its WAL comes from cannot be told: correct its Upstream or RestoreFrom.");
        return WithArchive(node);
    }

    private string DataDirectory()
    {
        if ((_member.Server!.DataDirectory ?? seen.Value("data_directory")) is { } directory)
            return directory;
        warnings.Add($"The data directory of {_member.Name} cannot be told: name it.");
        return "";
    }

    private string? Upstream()
    {
        if (_member.Upstream is not null || seen.Recovery is not { UpstreamHost: { } host, UpstreamPort: { } port })
            return _member.Upstream;
        return observation.Members.FirstOrDefault(other => other.Member.Server is { } server && server.Port == port
            && (server.Host == host || (Loopback.Is(server.Host) && Loopback.Is(host))))?.Member.Name;
    }

    private string? RestoreFrom()
    {
        string? command = _member.Status?.Receiver?.RestoreCommand ?? seen.Recovery?.RestoreCommand;
        if (command is null)
            return null;
        if (ArchiveLocation.OfRestoreCommand(command) is not { } directory)
        {
            warnings.Add(
                $"{_member.Name} restores WAL by '{Secrets.Redact(command)}', of which the directory cannot be told: "
                    + "RestoreFrom is left out.");
            return null;
        }

        return observation.Members.FirstOrDefault(other => other != seen && ArchiveOf(other) == directory)?.Member.Name ?? directory;
    }

    private NodeDefinition WithArchive(NodeDefinition node)
    {
        string mode = seen.Value("archive_mode") ?? "off";
        if (mode == "off")
            return node;
        if (ArchiveOf(seen) is { } directory)
            return node with { ArchiveDirectory = directory, ArchiveMode = mode == "always" ? ArchiveMode.Always : ArchiveMode.On };

        warnings.Add(
            $"{_member.Name} archives by '{Secrets.Redact(seen.Value("archive_library") ?? seen.Value("archive_command") ?? "")}', "
                + "of which the directory cannot be told: ArchiveDirectory is left out.");
        return node;
    }

    private static string? ArchiveOf(MemberObservation member) =>
        (member.Value("archive_mode") ?? "off") == "off" || member.Value("archive_library") is not null
            ? null
            : ArchiveLocation.OfArchiveCommand(member.Value("archive_command"));

    private IReadOnlyList<SlotDefinition> Slots(bool isPrimary)
    {
        string[] ofStandbys =
        [
            .. observation.Members.Where(other => other.Member.Upstream == _member.Name)
                .Select(other => other.Member.SlotName)
                .OfType<string>(),
        ];
        ReplicationSlot[] others =
        [
            .. _member.Slots.Where(slot => slot is { IsTemporary: false, IsSynced: false } && !ofStandbys.Contains(slot.Name)),
        ];
        foreach (ReplicationSlot slot in others.Where(slot => !slot.IsActive))
        {
            warnings.Add(
                $"Slot '{slot.Name}' on {_member.Name} is used by nobody now: leave it out if nobody needs it, because it keeps WAL.");
        }

        return
        [
            .. others.Select(slot => new SlotDefinition
            {
                Name = slot.Name,
                Plugin = slot.Plugin,
                Database = slot.Database,
                Owner = OwnerOf(slot),
                Failover = isPrimary && slot.IsFailover,
            }),
        ];
    }

    private string OwnerOf(ReplicationSlot slot) =>
        slot.Tool
        ?? (_member.Status?.Standbys.FirstOrDefault(row => row.SlotName == slot.Name)?.ApplicationName is { Length: > 0 } consumer
            ? consumer
            : "nobody, when it was exported");

    private IReadOnlyDictionary<string, string> Tablespaces()
    {
        if (seen.Facts is { } facts)
            return facts.Tablespaces;
        if (observation.Primary?.Facts?.Tablespaces.Count > 0)
            warnings.Add($"The directories of the tablespaces on {_member.Name} cannot be told, because it answers no SQL: name them.");
        return new Dictionary<string, string>();
    }
}
