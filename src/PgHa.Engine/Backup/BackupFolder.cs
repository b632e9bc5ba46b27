using PgHa.Engine.Hosts;

namespace PgHa.Engine.Backup;

/// <summary>What is in a folder of base backups.</summary>
/// <param name="Host">Where it is.</param>
/// <param name="Directory">The folder.</param>
/// <param name="Backups">The backups, linked, oldest first.</param>
/// <param name="Others">What is no complete backup, and why; about each its directory.</param>
internal sealed record BackupFolder(IHost Host, string Directory, IReadOnlyList<PgBaseBackup> Backups, IReadOnlyList<PgHaException> Others)
{
    /// <summary>What the name of a backup's directory ends with while it is removed.</summary>
    public const string RemovedSuffix = ".pgha-removed";

    /// <summary>The id of the failure of a directory that is being made.</summary>
    public const string IncompleteId = "BackupIncomplete";

    /// <summary>The id of the failure of a directory that is being removed.</summary>
    public const string RemovedId = "BackupBeingRemoved";

    /// <summary>The directories whose removal was interrupted.</summary>
    public IReadOnlyList<string> Leftovers => [.. Others.Where(other => other.ErrorId == RemovedId).Select(other => other.Server!)];
}
