using System.Globalization;
using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of what starts the servers: systemd, or Debian's tools.</summary>
internal static class ServiceChecks
{
    // systemd's own default. A switchover has made the old primary a standby by then.
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        new(
            "SecondPrimaryAtBoot", Critical, "A server that is down would be started at boot as a second primary", SecondPrimaryAtBoot),
        ClusterCheck.OfMember(
            "ConfigurationAtBoot", Critical, "A server would be started at boot with another configuration than it runs with",
            "Put into the cluster's configuration what the server needs, restart it by its unit, and remove the postgresql.conf in its "
                + "data directory.",
            member => member.Service is { UsesClusterConfiguration: false, Cluster: { } cluster } facts
                && BootStart.Decide(facts with { UsesClusterConfiguration = true }) is { By: { } by }
                ? $"runs without the configuration in '{cluster.ConfigurationDirectory}', with which {by} starts it at the next boot"
                : null),
        ClusterCheck.OfMember(
            "NothingStartsAtBoot", Warning, "Nothing starts a server at the next boot of its machine",
            "Enable its unit (systemctl enable), or write 'auto' into its start.conf.",
            member => member.Service is { ProcessId: not null } facts
                && BootStart.Decide(facts) is { By: null, IsCertain: true, Reason: { } reason }
                ? $"runs, and nothing starts it at the next boot: {reason}"
                : null),
        ClusterCheck.OfMember(
            "RunsOutsideUnit", Warning, "A server runs outside of the unit that starts it",
            "Restart it (Restart-PgInstance): its unit starts it then.",
            member => member.Service is { ProcessId: { } pid } facts && Beside(facts) is { } unit
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"runs as process {pid}, and {unit}, which starts it, is {unit.ActiveState}: neither systemctl nor a shutdown of its "
                        + $"machine stops it cleanly")
                : null),
        ClusterCheck.OfMember(
            "RestartedAtOnce", Warning, "systemd restarts a server so soon after its end that a failover may meet it as a primary",
            "Set RestartSec= of its unit to a second or more (systemctl edit).",
            member => member.Service is { } facts
                && ServerOwner.Decide(facts).Unit is { RestartsByItself: true, RestartDelay: { } delay } unit && delay < ShortestDelay
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"is restarted by {unit} {delay.TotalMilliseconds:0.#} ms after its end (Restart={unit.Restart})")
                : null),
    ];

    private static IEnumerable<Symptom> SecondPrimaryAtBoot(ClusterObservation observation) =>
        from member in observation.Members
        where observation.Primary is not null && observation.Cluster.IsOfThis(member.Member)
            && member is { Recovery.StandbyMode: false, Member.Status: null }
        let start = member.Service is { ProcessId: null } facts ? BootStart.Decide(facts) : null
        where start?.By is not null
        select new Symptom(
            member.Member.Name, $"{member} is no standby by its files, and {start.By} starts it at the next boot",
            "Bring it back as a standby (Repair-PgStandby), or keep it from starting (systemctl disable, or its start.conf).");

    // The unit of a server that does not run as its main process.
    private static ServiceUnit? Beside(OwnerFacts facts) =>
        facts.OwnUnit is { IsLoaded: true } unit && facts.ProcessUnit?.MainPid != facts.ProcessId && unit.MainPid != facts.ProcessId
            && (unit.IsEnabled != false || unit.HasFailed || unit.Id == facts.Cluster?.UnitId)
            ? unit
            : null;
}
