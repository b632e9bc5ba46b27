namespace PgHa;

/// <summary>What operators that have a Patroni in each pod do about changes behind their back.</summary>
internal static class OperatorConflicts
{
    public static ManagerConflict? Of(ServerManager manager, ManagedOperation operation)
    {
        ManagerConflict patroni = PatroniConflicts.Of(operation)!;
        return operation switch
        {
            ManagedOperation.Settings or ManagedOperation.SynchronousStandbys or ManagedOperation.Slots or ManagedOperation.Archiving
                or ManagedOperation.Hba => patroni with { Command = ConfigurationOf(manager) },
            ManagedOperation.Start or ManagedOperation.Stop or ManagedOperation.Maintenance or ManagedOperation.Remove => patroni with
            {
                Command = "Change the number of instances in the custom resource; the operator starts and stops the pods",
            },
            ManagedOperation.Clone => patroni with { Command = "Raise the number of instances in the custom resource" },
            _ => patroni with { Command = $"In the pod: {char.ToLowerInvariant(patroni.Command[0])}{patroni.Command[1..]}" },
        };
    }

    private static string ConfigurationOf(ServerManager manager) => manager == ServerManager.CrunchyOperator
        ? "Change spec.patroni.dynamicConfiguration of the PostgresCluster"
        : "Change spec.postgresql.parameters and spec.patroni of the postgresql resource";
}
