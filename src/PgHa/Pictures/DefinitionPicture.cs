namespace PgHa;

/// <summary>Makes the picture of a node of a definition.</summary>
internal static class DefinitionPicture
{
    public static PictureNode Of(NodeDefinition node, ClusterDefinition cluster) => new()
    {
        Name = node.Name,
        Role = RoleOf(node),
        State = Synchronous(node, cluster) ? "synchronous" : "",
        Address = new PgInstance { Host = node.Host, Port = node.Port }.Address,
        Slot = node.SlotName ?? "",
        Notes = [.. Notes(node)],
        IsArchiveFed = node.Kind == NodeKind.ArchiveFed,
        AlsoFrom = node.Kind == NodeKind.Streaming ? cluster.ArchiverOf(node)?.Name ?? node.RestoreFrom ?? "" : "",
    };

    /// <summary>The role that a node should have.</summary>
    public static string RoleOf(NodeDefinition node) =>
        node.Kind == NodeKind.Primary ? "primary" : node.HotStandby ? "standby" : "cold standby";

    private static bool Synchronous(NodeDefinition node, ClusterDefinition cluster) =>
        node.Upstream is { } upstream
            && cluster.Find(upstream)?.Kind == NodeKind.Primary
            && cluster.SynchronousStandbyNames?.Covers(node.ApplicationName) == true;

    private static IEnumerable<string> Notes(NodeDefinition node)
    {
        if (node.Kind != NodeKind.Primary && node.ApplicationName != node.Name)
            yield return $"as {node.ApplicationName}";
        if (node.ApplyDelay > TimeSpan.Zero)
            yield return $"{RecoveryEntries.Duration(node.ApplyDelay)} late";
        if (node.ArchiveDirectory is not null)
            yield return node.ArchiveMode == ArchiveMode.Always && node.Kind != NodeKind.Primary ? "archives always" : "archives";
        foreach (SlotDefinition slot in node.Slots)
            yield return $"slot {slot.Name}{(slot.Owner is null ? "" : $" of {slot.Owner}")}";
    }
}
