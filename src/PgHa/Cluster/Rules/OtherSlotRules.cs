namespace PgHa;

/// <summary>The slots that a node keeps for consumers other than the cluster's standbys.</summary>
internal static class OtherSlotRules
{
    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        cluster.Placed().SelectMany(node => OfNode(node, cluster));

    private static IEnumerable<DefinitionProblem> OfNode(PlacedNode node, ClusterDefinition cluster)
    {
        string[] ofStandbys = [.. cluster.StandbySlotsOn(node.Node)];
        for (int i = 0; i < node.Node.Slots.Count; i++)
        {
            SlotDefinition slot = node.Node.Slots[i];
            string[] texts = [.. ProblemsOf(slot, node.Node, ofStandbys, cluster)];
            foreach (string text in texts)
                yield return node.Problem(nameof(NodeDefinition.Slots), i, text);
            if (node.Node.Slots.Take(i).Any(other => other.Name == slot.Name))
                yield return node.Problem(nameof(NodeDefinition.Slots), i, $"{node.Node.Name} has another slot '{slot.Name}'");
        }
    }

    private static IEnumerable<string> ProblemsOf(SlotDefinition slot, NodeDefinition node, string[] ofStandbys, ClusterDefinition cluster)
    {
        bool isLogical = slot.Plugin is not null || slot.Database is not null;
        bool isOfStandby = ofStandbys.Contains(slot.Name);
        if (slot.Name.Length > 0 && SlotNames.ProblemOf(slot.Name) is { } malformed)
            yield return malformed;
        if (slot.Owner is null && !isOfStandby)
        {
            yield return $"slot '{slot.Name}' has no owner: no standby streams through it; say in Owner who reads it, "
                + "because an unread slot keeps WAL until the disk is full";
        }

        if (isOfStandby && isLogical)
            yield return $"a standby streams through slot '{slot.Name}', which a logical slot cannot serve";
        if (isLogical && (slot.Plugin is null || slot.Database is null))
            yield return $"the logical slot '{slot.Name}' needs a Plugin and a Database";
        if (node.Kind != NodeKind.Primary && !node.HotStandby)
            yield return $"{node.Name} is a cold standby, which lets nobody in to make or read slot '{slot.Name}'";
        else if (node.Kind != NodeKind.Primary && isLogical && !cluster.Dialect().HasDecodingOnStandby)
            yield return $"PostgreSQL {cluster.Version} has no logical slots on a standby (16 and later have)";
        if (isLogical && cluster.OnlyPrimary() is { } primary && cluster.SettingOf(primary, "wal_level") is { } level && level != "logical"
            && !(level == "replica" && cluster.Dialect().RaisesWalLevelForLogicalSlots))
        {
            yield return $"the logical slot '{slot.Name}' needs wal_level = logical on {primary.Name}";
        }

        if (!slot.Failover)
            yield break;
        if (!isLogical)
        {
            yield return $"slot '{slot.Name}' is physical, and standbys keep copies of logical slots only: "
                + "leave Failover out, or name Plugin and Database";
        }
        else if (!cluster.Dialect().HasSlotSynchronization)
        {
            yield return $"PostgreSQL {cluster.Version} has no slots that standbys keep copies of (17 and later have)";
        }
        else if (node.Kind != NodeKind.Primary)
        {
            yield return $"slot '{slot.Name}' is on the standby {node.Name}, and standbys keep copies of the primary's slots only";
        }
        else if (cluster.Nodes.Count > 1 && !cluster.StandbysOf(node).Any(standby => standby.SyncReplicationSlots))
        {
            yield return $"no standby of {node.Name} would keep a copy of slot '{slot.Name}': "
                + "give one of them SyncReplicationSlots = $true";
        }
    }
}
