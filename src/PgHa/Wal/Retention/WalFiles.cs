namespace PgHa;

/// <summary>The segments in a server's <c>pg_wal</c>.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Oldest">The oldest; WAL before it is gone.</param>
/// <param name="ReusableBytes">The size of old segments that were renamed and wait to be written again.</param>
public sealed record WalFiles(long Count, long Bytes, WalFileName Oldest, long ReusableBytes)
{
    /// <summary><c>13 files (208 MB)</c>.</summary>
    public override string ToString() => $"{Plural.Count(Count, "file")} ({ByteSize.Format(Bytes)})";
}
