using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>The content of a folder with base backups.</summary>
/// <param name="Host">Where it is.</param>
/// <param name="Directory">The folder.</param>
/// <param name="Backups">The backups, linked, oldest first.</param>
/// <param name="Others">The directories that are no complete backups: for each a failure with the directory and the reason.</param>
internal sealed record BackupFolder(IHost Host, string Directory, IReadOnlyList<PgBaseBackup> Backups, IReadOnlyList<PgHaException> Others)
{
    /// <summary>The suffix of a backup's directory while it is removed.</summary>
    public const string RemovedSuffix = ".pgha-removed";

    /// <summary>The id of the failure of a directory that is being made.</summary>
    public const string IncompleteId = ErrorIds.BackupIncomplete;

    /// <summary>The id of the failure of a directory that is being removed.</summary>
    public const string RemovedId = ErrorIds.BackupBeingRemoved;

    /// <summary>The directories whose removal was interrupted.</summary>
    public IReadOnlyList<string> Leftovers => [.. Others.Where(other => other.ErrorId == RemovedId).Select(other => other.Server!)];
}
