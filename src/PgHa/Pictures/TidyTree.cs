namespace PgHa;

/// <summary>A node and where it is drawn: the place of its box's upper left corner.</summary>
internal sealed record PlacedPicture(PictureNode Node, int Depth, double Y, double Height, IReadOnlyList<PlacedPicture> Children)
{
    /// <summary>The middle of its box.</summary>
    public double Middle => Y + (Height / 2);

    /// <summary>The node and all nodes below it.</summary>
    public IEnumerable<PlacedPicture> WithDescendants => Children.SelectMany(child => child.WithDescendants).Prepend(this);
}

/// <summary>
/// Lays a forest out from left to right: a column for each depth, children side by side in their order, each parent at the
/// middle of its children. No two boxes touch.
/// </summary>
internal static class TidyTree
{
    /// <summary>The places.</summary>
    /// <param name="roots">The forest.</param>
    /// <param name="height">The height of a node's box.</param>
    /// <param name="gap">The room between two boxes.</param>
    public static IReadOnlyList<PlacedPicture> Of(IReadOnlyList<PictureNode> roots, Func<PictureNode, double> height, double gap)
    {
        // Where the next box of each column may begin.
        List<double> free = [];
        return roots.Select(root => Place(root, 0, 0, height, gap, free)).ToArray();
    }

    private static PlacedPicture Place(
        PictureNode node, int depth, double top, Func<PictureNode, double> height, double gap, List<double> free)
    {
        if (free.Count == depth)
            free.Add(0);
        double own = height(node);
        double y = Math.Max(top, free[depth]);
        // The children are around the middle of the parent, so that the first begins above it if it may.
        double below = node.Children.Sum(height) + (gap * Math.Max(0, node.Children.Count - 1));
        double next = y + ((own - below) / 2);
        List<PlacedPicture> children = [];
        foreach (PictureNode child in node.Children)
        {
            PlacedPicture placed = Place(child, depth + 1, Math.Max(0, next), height, gap, free);
            children.Add(placed);
            next = placed.Y + placed.Height + gap;
        }

        if (children.Count > 0)
            y = Math.Max(y, ((children[0].Middle + children[^1].Middle) / 2) - (own / 2));
        free[depth] = y + own + gap;
        return new PlacedPicture(node, depth, y, own, children);
    }
}
