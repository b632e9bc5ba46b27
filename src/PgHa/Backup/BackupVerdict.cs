namespace PgHa;

/// <summary>What becomes of a base backup when backups are removed.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="IsRemoved">Whether it goes.</param>
/// <param name="NeededBy">The kept backup that has the changes since it, and keeps it alone.</param>
/// <param name="IsLast">Whether it is kept because no other backup of its system is left that could be restored.</param>
public sealed record BackupVerdict(PgBaseBackup Backup, bool IsRemoved, PgBaseBackup? NeededBy = null, bool IsLast = false)
{
    /// <summary>Why it is kept against the wish; <see langword="null"/> if it is not.</summary>
    public string? Reason => NeededBy is { } other ? $"'{other.Directory}' has the changes since it"
        : IsLast ? "it is the last of its system that can be restored"
        : null;

    /// <summary>What is decided, in one line.</summary>
    public override string ToString() =>
        $"{(IsRemoved ? "Remove" : "Keep")} {Backup}{(Backup.Size is { } size ? $" ({ByteSize.Format(size)})" : "")}{(Reason is { } reason ? $": {reason}" : "")}";
}
