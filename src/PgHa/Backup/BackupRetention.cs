namespace PgHa;

/// <summary>The rules by which base backups are kept. A backup is kept if either rule keeps it.</summary>
public sealed record BackupRetention
{
    /// <summary>
    /// How many backups of each system are kept at least, the newest first; backups that cannot be restored do not count.
    /// </summary>
    public int? KeepLast { get; init; }

    /// <summary>Backups that began then or later are kept.</summary>
    public DateTimeOffset? KeepSince { get; init; }

    /// <summary>The backups that no rule keeps.</summary>
    /// <param name="backups">The backups of one folder, linked (<see cref="BackupChain.Link"/>).</param>
    /// <remarks>A backup that does not tell when it began is kept: it may be the newest.</remarks>
    /// <exception cref="PgHaException"><c>RetentionNotSaid</c>: there is no rule.</exception>
    public IReadOnlyList<PgBaseBackup> Expired(IReadOnlyList<PgBaseBackup> backups)
    {
        if (KeepLast is null && KeepSince is null)
        {
            throw new PgHaException(
                ErrorIds.RetentionNotSaid, PgHaErrorKind.InvalidArgument, "Which backups are to be kept is not said.",
                "Say how many (-KeepLast), or from what age on they may go (-OlderThan).");
        }

        return
        [
            .. backups.GroupBy(backup => backup.SystemIdentifier).SelectMany(system =>
            {
                DateTimeOffset since = FirstKept(system.Where(backup => BackupChain.IsWhole(backup, backups)));
                return system.Where(backup => backup.StartTime < since);
            }),
        ];
    }

    private DateTimeOffset FirstKept(IEnumerable<PgBaseBackup> whole)
    {
        DateTimeOffset since = KeepSince ?? DateTimeOffset.MaxValue;
        if (KeepLast is not { } count)
            return since;
        // If there are fewer backups than that, all are kept.
        DateTimeOffset first = whole.Select(backup => backup.StartTime).OfType<DateTimeOffset>()
            .OrderDescending().Skip(count - 1).FirstOrDefault(DateTimeOffset.MinValue);
        return first < since ? first : since;
    }
}
