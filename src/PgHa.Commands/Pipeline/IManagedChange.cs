using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Management;

namespace PgHa.Commands;

/// <summary>A command with a change that the manager of a server, such as Patroni, may undo or may not expect.</summary>
/// <remarks>Its base class passes the guard before the command plans or changes anything. Commands that only read have no guard.</remarks>
internal interface IManagedChange
{
    /// <summary>The change; <see langword="null"/> if no manager minds what the command does with these parameters.</summary>
    ManagedOperation? Operation { get; }

    /// <summary>Only warn.</summary>
    SwitchParameter EvenIfManaged { get; }
}

/// <summary>Passes the guard for a command.</summary>
internal static class ManagedChanges
{
    /// <summary>Makes sure that nobody minds the change of a server.</summary>
    /// <exception cref="PgHaException"><c>ManagedByAnother</c>.</exception>
    public static async Task RequireUnmanagedAsync(
        this PgCommand command, EngineContext engine, PgInstance server, CancellationToken cancellationToken)
    {
        if (command is IManagedChange { Operation: { } operation })
            await new ManagementGuard(engine).RequireAsync(server, operation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that nobody minds the change of a cluster.</summary>
    /// <exception cref="PgHaException"><c>ManagedByAnother</c>.</exception>
    public static void RequireUnmanaged(this PgCommand command, EngineContext engine, PgCluster cluster)
    {
        if (command is IManagedChange { Operation: { } operation })
            new ManagementGuard(engine).Require(cluster, operation);
    }
}
