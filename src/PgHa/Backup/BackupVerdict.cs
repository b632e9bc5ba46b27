namespace PgHa;

/// <summary>What becomes of a base backup when backups are removed.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="IsRemoved">Whether it is removed.</param>
/// <param name="NeededBy">The kept backup that is based on it, which is the reason to keep it.</param>
/// <param name="IsLast">Whether it is kept because no other backup of its system is left that could be restored.</param>
public sealed record BackupVerdict(PgBaseBackup Backup, bool IsRemoved, PgBaseBackup? NeededBy = null, bool IsLast = false)
{
    /// <summary>Why it is kept although it was to be removed; <see langword="null"/> otherwise.</summary>
    public string? Reason => NeededBy is { } other ? $"'{other.Directory}' has the changes since it"
        : IsLast ? "it is the last of its system that can be restored"
        : null;

    /// <summary>What is decided, in one line.</summary>
    public override string ToString() =>
        $"{(IsRemoved ? "Remove" : "Keep")} {Backup}"
        + $"{(Backup.Size is { } size ? $" ({ByteSize.Format(size)})" : "")}"
        + $"{(Reason is { } reason ? $": {reason}" : "")}";
}
