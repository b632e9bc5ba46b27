namespace PgHa;

/// <summary>One line of a diff: kept (<c>' '</c>), removed (<c>'-'</c>) or added (<c>'+'</c>).</summary>
internal readonly record struct LineEdit(char Sign, string Line)
{
    /// <summary>
    /// The shortest edit from one list of lines to the other: E. W. Myers, "An O(ND) Difference Algorithm
    /// and Its Variations" (1986), whose names it uses. Diagonal k holds the points with x − y = k.
    /// </summary>
    public static List<LineEdit> Between(List<string> oldLines, List<string> newLines)
    {
        List<int[]> trace = [];
        int offset = oldLines.Count + newLines.Count + 1;
        int[] furthest = new int[(2 * offset) + 1];
        for (int d = 0; ; d++)
        {
            for (int k = -d; k <= d; k += 2)
            {
                int x = ComesFromAbove(furthest, offset, k, d) ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
                while (x < oldLines.Count && x - k < newLines.Count && oldLines[x] == newLines[x - k])
                    x++;
                furthest[offset + k] = x;
                if (x >= oldLines.Count && x - k >= newLines.Count)
                    return Backtrack(trace, offset, oldLines, newLines);
            }

            trace.Add((int[])furthest.Clone());
        }
    }

    private static bool ComesFromAbove(int[] furthest, int offset, int k, int d) =>
        k == -d || (k != d && furthest[offset + k - 1] < furthest[offset + k + 1]);

    private static List<LineEdit> Backtrack(List<int[]> trace, int offset, List<string> oldLines, List<string> newLines)
    {
        List<LineEdit> edits = [];
        (int x, int y) = (oldLines.Count, newLines.Count);
        for (int d = trace.Count; d > 0; d--)
        {
            int[] furthest = trace[d - 1];
            bool added = ComesFromAbove(furthest, offset, x - y, d);
            int previousK = x - y + (added ? 1 : -1);
            int previousX = furthest[offset + previousK];
            int previousY = previousX - previousK;
            for (; x > previousX && y > previousY; x--, y--)
                edits.Add(new LineEdit(' ', oldLines[x - 1]));
            edits.Add(added ? new LineEdit('+', newLines[previousY]) : new LineEdit('-', oldLines[previousX]));
            (x, y) = (previousX, previousY);
        }

        for (; x > 0; x--)
            edits.Add(new LineEdit(' ', oldLines[x - 1]));
        edits.Reverse();
        return edits;
    }
}
