namespace PgHa;

/// <summary>A file or directory of a server that is copied while it runs.</summary>
/// <param name="Path">Its path below the copied directory, with slashes.</param>
/// <param name="Length">The bytes of a file when it was listed; it may grow, shrink or vanish afterwards.</param>
/// <param name="IsDirectory">A directory.</param>
internal readonly record struct CopiedFile(string Path, long Length, bool IsDirectory = false);
