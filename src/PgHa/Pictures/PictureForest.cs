namespace PgHa;

/// <summary>Arranges nodes as trees: each below the node that it gets its WAL from.</summary>
internal static class PictureForest
{
    /// <summary>The roots, with all nodes below them, each once.</summary>
    /// <param name="nodes">The nodes, and the name of each one's source.</param>
    public static IReadOnlyList<PictureNode> Of(IReadOnlyList<(PictureNode Node, string? Source)> nodes)
    {
        HashSet<int> placed = [];
        ILookup<string, int> children = Enumerable.Range(0, nodes.Count)
            .Where(i => nodes[i].Source is not null)
            .ToLookup(i => nodes[i].Source!);
        HashSet<string> names = [.. nodes.Select(one => one.Node.Name)];

        PictureNode Hang(int index)
        {
            placed.Add(index);
            PictureNode node = nodes[index].Node;
            return node with { Children = [.. children[node.Name].Where(child => !placed.Contains(child)).Select(Hang)] };
        }

        List<PictureNode> roots =
        [
            .. Enumerable.Range(0, nodes.Count)
                .Where(i => nodes[i].Source is not { } source || !names.Contains(source))
                .ToArray()
                .Select(Hang),
        ];
        // Nodes that are set up to get their WAL from each other are below no root yet.
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!placed.Contains(i))
                roots.Add(Hang(i));
        }

        return roots;
    }
}
