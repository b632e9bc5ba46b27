using System.Globalization;
using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of problems that build up slowly, and of the clocks.</summary>
internal static class HealthChecks
{
    // autovacuum_freeze_max_age is 200 million by default; at two billion the server stops taking writes.
    private const long WorryingAge = 1_000_000_000;

    private static readonly TimeSpan LongTransaction = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        ClusterCheck.OfMember(
            "ChecksumFailures", Critical, "Data pages have wrong checksums",
            "Find out what the disk does; restore from a backup or a standby that has none.",
            member => member.Facts?.ChecksumFailures is > 0 and { } count ? $"has read {count} page(s) with a wrong checksum" : null),
        ClusterCheck.OfMember(
            "TransactionIdsRunOut", Critical, "Old rows are not frozen: transaction ids run out",
            "See why vacuum does not get on: old transactions, slots, prepared transactions.",
            member => member.Member.Role == ServerRole.Primary && member.Facts?.TransactionAge >= WorryingAge
                ? string.Create(
                    CultureInfo.InvariantCulture, $"has rows {member.Facts.TransactionAge:#,0} transactions old; at 2,147,483,648 it stops")
                : null),
        ClusterCheck.OfMember(
            "LongTransaction", Warning, "A transaction has been open for over an hour, and holds vacuum up",
            "See whose it is in pg_stat_activity.",
            member => member.Facts?.OldestTransaction is { } age && age >= LongTransaction
                ? $"has a transaction that has been open for {LagDiagnosis.Describe(age)}"
                : null),
        ClusterCheck.OfMember(
            "TransactionsHidden", Information, "Whether a transaction has been open for long is not known",
            "Use a role that sees it: a superuser, or a member of pg_monitor.",
            member => member.Facts?.SeesActivity == false
                ? "does not show this role the transactions of other roles, so none that has been open for long is found"
                : null),
        ClusterCheck.OfMember(
            "PreparedTransaction", Warning, "A prepared transaction waits for over an hour for its decision",
            "COMMIT PREPARED or ROLLBACK PREPARED (pg_prepared_xacts).",
            member => member.Facts?.OldestPreparedTransaction is { } age && age >= LongTransaction
                ? $"has a prepared transaction that has waited for {LagDiagnosis.Describe(age)}"
                : null),
        ClusterCheck.OfMember(
            "ConnectionsRunOut", Warning, "Nine in ten connections are taken",
            "Raise max_connections on the standbys, then on the primary, or use a pooler.",
            member => member.Facts is { } facts
                && int.TryParse(member.Value("max_connections"), CultureInfo.InvariantCulture, out int limit)
                && facts.Connections * 10 >= limit * 9
                ? $"has {facts.Connections} of {limit} connections taken"
                : null),
        new("ClocksDiffer", Warning, "The members' clocks differ, so that lag in seconds and logs mislead", ClocksDiffer),
    ];

    private static IEnumerable<Symptom> ClocksDiffer(ClusterObservation observation)
    {
        MemberObservation[] known =
        [
            .. observation.Members.Where(member => member.Facts is not null).OrderBy(member => member.Facts!.ClockOffset),
        ];
        if (known.Length > 1 && known[^1].Facts!.ClockOffset - known[0].Facts!.ClockOffset is var difference
            && difference >= ClockTolerance)
        {
            yield return new Symptom(
                null,
                string.Create(
                    CultureInfo.InvariantCulture, $"the clock of {known[^1]} is {difference.TotalSeconds:0.0} s ahead of {known[0]}'s"),
                "Synchronize the clocks (NTP).");
        }
    }
}
