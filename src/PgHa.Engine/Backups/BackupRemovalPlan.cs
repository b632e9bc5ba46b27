using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>Base backups of one folder that can be removed.</summary>
public sealed class BackupRemovalPlan
{
    internal BackupRemovalPlan(IHost host, string folder, IReadOnlyList<BackupVerdict> verdicts, IReadOnlyList<string> leftovers)
    {
        Host = host;
        Folder = folder;
        Verdicts = verdicts;
        Leftovers = leftovers;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The verdict on each backup in the folder, oldest first.</summary>
    public IReadOnlyList<BackupVerdict> Verdicts { get; }

    /// <summary>Directories whose removal was interrupted. The plan finishes it.</summary>
    public IReadOnlyList<string> Leftovers { get; }

    /// <summary>The backups to remove, each before the backup that it is based on.</summary>
    public IReadOnlyList<PgBaseBackup> Removed =>
        [.. Verdicts.Where(verdict => verdict.IsRemoved).Select(verdict => verdict.Backup).Reverse()];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Removed.Count == 0 && Leftovers.Count == 0;

    internal IHost Host { get; }

    /// <summary>The plan, one backup per line.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [.. Leftovers.Select(leftover => $"Finish removing '{leftover}'"), .. Verdicts.Select(verdict => verdict.ToString())]);
}
