namespace PgHa.Engine.Machines;

/// <summary>Something in a directory.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Status">What it is.</param>
public sealed record DirectoryEntry(string Name, FileStatus Status);
