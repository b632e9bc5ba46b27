using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of who is in charge of the members.</summary>
internal static class ManagementChecks
{
    private const string AutoConf = "postgresql.auto.conf";

    // These managers write the settings themselves, and read postgresql.auto.conf no more than anybody else does.
    private static readonly ServerManager[] Writers =
    [
        ServerManager.Patroni, ServerManager.CrunchyOperator, ServerManager.ZalandoOperator, ServerManager.Stolon,
        ServerManager.CloudNativePg,
    ];

    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        new("ManagedByAnother", Information, "Patroni, repmgr or another manager is in charge of the cluster", ManagedByAnother),
        ClusterCheck.OfMember(
            "ManagerNotAtWork", Warning, "A member has traces of a manager that is not seen at work",
            "Start the manager, or remove what it has left.",
            member => member.Member.Management is { Certainty: ManagementCertainty.WasManaged } management
                ? $"has traces of {management.Name}, which is not seen at work: {management.Evidence}"
                : null),
        new("ManagerMissesMember", Warning, "A member is not managed, and the others are", ManagerMissesMember),
        ClusterCheck.OfMember(
            "ManagerOverruled", Warning, "postgresql.auto.conf overrules the settings that a manager writes",
            "Take the settings out (Reset-PgSetting -EvenIfManaged), and give them to the manager.",
            Overruled),
    ];

    private static IEnumerable<Symptom> ManagedByAnother(ClusterObservation observation)
    {
        if (observation.Cluster.Managed is { Management: { IsManaged: true } management } member)
        {
            yield return new Symptom(
                null, $"{member.Name} is managed by {management.ManagedBy}: {management.Evidence}",
                "Make changes with the manager's own commands: PgHa refuses those that it would undo.");
        }
    }

    private static IEnumerable<Symptom> ManagerMissesMember(ClusterObservation observation) =>
        observation.Cluster.Managed?.Management is { Certainty: ManagementCertainty.Certain } management
            ? from member in observation.Cluster.Members
              where member.Management.Certainty == ManagementCertainty.None && observation.Cluster.IsOfThis(member)
              select new Symptom(
                  member.Name, $"{member.Name} is not managed by {management.Name}, as other members are",
                  "Take it into the manager's cluster by the manager's own way, or remove it.")
            : [];

    private static string? Overruled(MemberObservation member)
    {
        if (member.Member.Management is not { IsManaged: true, Manager: { } manager } || !Writers.Contains(manager))
            return null;
        string[] names =
        [
            .. (member.Settings ?? [])
                .Where(setting => setting.SourceFile?.EndsWith(AutoConf, StringComparison.Ordinal) == true)
                .Select(setting => setting.Name),
        ];
        return names.Length > 0
            ? $"has {string.Join(", ", names)} in {AutoConf}, which overrules {ServerManagers.NameOf(manager)} for ever"
            : null;
    }
}
