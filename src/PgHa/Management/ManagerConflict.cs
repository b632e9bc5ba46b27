namespace PgHa;

/// <summary>What would happen if PgHa made a change on a server that somebody else manages.</summary>
/// <param name="Consequence">What the manager would do: one sentence without a full stop.</param>
/// <param name="Command">The manager's own way to the same: an imperative sentence without a full stop.</param>
internal sealed record ManagerConflict(string Consequence, string Command)
{
    /// <summary>What the administrator does after PgHa has made the change all the same: an imperative sentence.</summary>
    public string? Afterwards { get; init; }

    /// <summary>The conflict of an operation with a manager; <see langword="null"/> if the manager does not mind it.</summary>
    public static ManagerConflict? Of(ServerManager manager, ManagedOperation operation) => operation switch
    {
        ManagedOperation.Definition => OfOne(manager, ManagedOperation.Settings) ?? OfOne(manager, ManagedOperation.UpstreamChange),
        ManagedOperation.Build => OfOne(manager, ManagedOperation.Clone),
        _ => OfOne(manager, operation),
    };

    private static ManagerConflict? OfOne(ServerManager manager, ManagedOperation operation) => manager switch
    {
        ServerManager.Patroni => PatroniConflicts.Of(operation),
        ServerManager.PgAutoFailover => PgAutoFailoverConflicts.Of(operation),
        ServerManager.Repmgr => RepmgrConflicts.Of(operation),
        ServerManager.Stolon => StolonConflicts.Of(operation),
        ServerManager.Pacemaker => PacemakerConflicts.Of(operation),
        ServerManager.CloudNativePg => CloudNativePgConflicts.Of(operation),
        ServerManager.CrunchyOperator or ServerManager.ZalandoOperator => OperatorConflicts.Of(manager, operation),
        _ => ServiceConflicts.Of(manager, operation),
    };
}
