namespace PgHa;

/// <summary>Shares out files among programs that copy side by side.</summary>
internal static class CopyPortions
{
    // A program takes some milliseconds to start. Larger portions show progress too rarely and let the others wait at the end.
    private const long SmallestSize = 64L << 20;
    private const long LargestSize = 1L << 30;
    private const int MostFiles = 2000;
    private const int PortionsEach = 4;

    /// <summary>Portions of about the same size: the large files first, and the others in the order of their names.</summary>
    /// <param name="files">The files.</param>
    /// <param name="programs">How many programs there are.</param>
    public static IEnumerable<IReadOnlyList<CopiedFile>> Of(IReadOnlyCollection<CopiedFile> files, int programs)
    {
        long limit = Math.Clamp(files.Sum(file => file.Length) / (programs * PortionsEach), SmallestSize, LargestSize);
        List<CopiedFile> portion = [];
        long size = 0;
        foreach (CopiedFile file in files
            .OrderByDescending(file => file.Length >= limit ? file.Length : 0)
            .ThenBy(file => file.Path, StringComparer.Ordinal))
        {
            if (portion.Count > 0 && (size + file.Length > limit || portion.Count == MostFiles))
            {
                yield return portion;
                (portion, size) = ([], 0);
            }

            portion.Add(file);
            size += file.Length;
        }

        if (portion.Count > 0)
            yield return portion;
    }
}
