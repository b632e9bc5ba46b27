using System.Globalization;

namespace PgHa;

/// <summary>Makes the picture of a member of a running cluster.</summary>
internal static class MemberPicture
{
    // A shorter lag is no more than the time between two reports.
    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(50);

    public static PictureNode Of(PgClusterMember member) => new()
    {
        Name = member.Name,
        Role = Role(member),
        State = string.Join(", ", States(member)),
        Tone = member.State switch
        {
            MemberState.Down or MemberState.NotStreaming => Tone.Bad,
            MemberState.Unknown or MemberState.CatchingUp => Tone.Warning,
            _ => Tone.Good,
        },
        Lag = Lag(member),
        Timeline = member.Timeline?.ToString() ?? "",
        Address = member.Server?.Address ?? "",
        Slot = member.SlotName ?? "",
        Notes = [.. Notes(member)],
        IsArchiveFed = member.Upstream is null && member.Kind == NodeKind.ArchiveFed,
        AlsoFrom = member.Upstream is not null ? member.RestoreFrom ?? "" : "",
    };

    /// <summary>The name of the node that the member gets its WAL from, or should: a member that is down still has its place.</summary>
    public static string? SourceOf(PgClusterMember member, PgCluster cluster) =>
        member.Upstream ?? member.RestoreFrom
        ?? (member is { Role: null, Node: { } node } ? node.Upstream ?? cluster.Definition?.ArchiverOf(node)?.Name : null);

    /// <summary>A state in words.</summary>
    public static string NameOf(MemberState state) => state switch
    {
        MemberState.CatchingUp => "catching up",
        MemberState.NotStreaming => "not streaming",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static string Role(PgClusterMember member) => (member.Role, member.Node) switch
    {
        (null, null) => "?",
        (null, { } node) => DefinitionPicture.RoleOf(node),
        (ServerRole.Primary, _) => "primary",
        _ => member.IsHot == false ? "cold standby" : "standby",
    };

    private static IEnumerable<string> States(PgClusterMember member)
    {
        yield return NameOf(member.State);
        if (member.SyncState is { } sync and not SyncState.Async)
            yield return sync.ToString().ToLowerInvariant();
        if (member.ApplyDelay is { } delay && delay > TimeSpan.Zero)
            yield return $"{RecoveryEntries.Duration(delay)} late";
        if (member.Status?.Receiver is { IsReplayPaused: true })
            yield return "paused";
    }

    private static string Lag(PgClusterMember member)
    {
        if (member.LagBytes is not { } bytes || member.Role == ServerRole.Primary)
            return "";
        return member.LagTime is { } time && time >= Noticeable
            ? string.Create(CultureInfo.InvariantCulture, $"{ByteSize.Format(bytes)}, {time.TotalSeconds:0.0} s")
            : ByteSize.Format(bytes);
    }

    private static IEnumerable<string> Notes(PgClusterMember member)
    {
        if (member.ApplicationName is { Length: > 0 } application && application != member.Name)
            yield return $"as {application}";
        foreach (ReplicationSlot slot in member.Slots.Where(slot => slot is { IsActive: false, IsSynced: false }))
        {
            yield return $"unused {(slot.Type == ReplicationSlotType.Logical ? "logical " : "")}slot {slot.Name}"
                + $"{(slot.Tool is { } tool ? $" of {tool}" : "")}"
                + $"{(slot.RetainedBytes is { } kept ? $" keeps {ByteSize.Format(kept)}" : "")}";
        }
    }
}
