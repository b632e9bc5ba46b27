namespace PgHa.Engine.Machines;

/// <summary>What is at a path. Symbolic links are followed.</summary>
/// <param name="IsDirectory">A directory rather than a file.</param>
/// <param name="Length">The size of a file in bytes.</param>
/// <param name="Mode">The permissions; none on Windows.</param>
/// <param name="Owner">The owner's user name, or number where it has no name; <see langword="null"/> on Windows.</param>
/// <param name="ModifiedAt">When the content last changed.</param>
public sealed record FileStatus(bool IsDirectory, long Length, UnixFileMode Mode, string? Owner, DateTimeOffset ModifiedAt);
