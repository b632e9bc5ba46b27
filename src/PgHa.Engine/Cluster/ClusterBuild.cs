using PgHa.Engine.Machines;
using PgHa.Engine.Management;
using PgHa.Engine.Procedures;
using PgHa.Engine.Programs;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Cluster;

/// <summary>Builds a cluster from its definition, or the part of the cluster that does not exist yet.</summary>
/// <remarks>
/// PgHa keeps no record of an earlier run: the servers and their directories show how far it came. So a run after a failure, or
/// after PgHa was killed, continues from there. A directory under its real name is complete. A directory under the name of an
/// unfinished one is made anew.
/// </remarks>
public sealed class ClusterBuild
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ClusterBuild(EngineContext context) => _context = context;

    /// <summary>Looks at every node and plans the steps.</summary>
    /// <exception cref="PgHaException">
    /// <c>ClusterCannotBeBuilt</c>: there are several problems, and the message lists all of them. A single problem has its own
    /// id: <c>DirectoryNotEmpty</c>, <c>DirectoryOfAnotherServer</c>, <c>ForeignSystemIdentifier</c>, <c>PrimaryMissing</c>,
    /// <c>NotPrimary</c>, <c>NotAStandby</c>, <c>PortInUse</c>, <c>VersionMismatch</c>, <c>NodeOnAnotherMachine</c>,
    /// <c>ReplicationPasswordUnknown</c>, <c>ManagedByAnother</c>, <c>InvalidClusterDefinition</c>: a number is too low; or no programs
    /// are found.
    /// </exception>
    public async Task<ClusterBuildPlan> PlanAsync(
        ClusterDefinition definition, ClusterBuildOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<(ClusterNode Node, SystemIdentifier? System)> found = await InspectAsync(
            definition, options, cancellationToken).ConfigureAwait(false);
        RequireOneSystem(definition, found);
        ClusterNode[] nodes = [.. found.Select(node => node.Node)];
        bool isMissing = nodes.Any(node => node.State == NodeState.Absent);
        await new ManagementGuard(_context).RequireAsync(
            nodes.Where(node => node.State != NodeState.Absent).Select(node => node.Instance),
            isMissing ? ManagedOperation.Build : ManagedOperation.Definition, cancellationToken).ConfigureAwait(false);
        ClusterNode primary = nodes.Single(node => node.Definition == definition.Primary);
        IReadOnlyDictionary<string, int> defaults = await DefaultsAsync(primary, options, cancellationToken).ConfigureAwait(false);
        ClusterDefinitionRules.Validate(definition, defaults);
        string password = options.Passwords.GetValueOrDefault(definition.ReplicationRole)
            ?? await ReplicationPassword.OfNodesAsync(_context, nodes, definition.ReplicationRole, cancellationToken).ConfigureAwait(false)
            ?? NewPassword(definition, nodes);
        return new ClusterBuildPlan(new ClusterBuildSteps(_context, definition, options, nodes, password, defaults).Make(), nodes);
    }

    /// <summary>Builds what is missing.</summary>
    /// <returns>The nodes, in the order of the definition.</returns>
    /// <exception cref="PgHaException">
    /// A step failed. The message names the step, and the steps that are done. Another run continues from there.
    /// </exception>
    public async Task<IReadOnlyList<PgInstance>> RunAsync(ClusterBuildPlan plan, CancellationToken cancellationToken)
    {
        await new ProcedureRunner(_context).RunAsync(plan.Procedure, cancellationToken).ConfigureAwait(false);
        return plan.Instances;
    }

    // The standbys' programs have the primary's major version, so their defaults are the same.
    private async Task<IReadOnlyDictionary<string, int>> DefaultsAsync(
        ClusterNode primary, ClusterBuildOptions options, CancellationToken cancellationToken)
    {
        IHost host = await _context.MachineOf(primary.Definition.Machine).HostForDirectoryAsync(
            primary.Definition.DataDirectory, options.ServerUser, cancellationToken).ConfigureAwait(false);
        ServerPrograms programs = await ServerPrograms.FindServerAsync(host, primary.Instance, cancellationToken).ConfigureAwait(false);
        return await ProgramDefaults
            .ReadAsync(host, programs.BinDirectory, ClusterDefinitionRules.SettingsWithDefaults, cancellationToken).ConfigureAwait(false);
    }

    // A running standby has a password that PgHa does not know, and others may use that password too. A new one would lock them
    // out.
    private static string NewPassword(ClusterDefinition definition, IReadOnlyList<ClusterNode> nodes) =>
        nodes.FirstOrDefault(node => node is { State: NodeState.Running, Definition.Kind: NodeKind.Streaming }) is not { } standby
            ? ReplicationPassword.Random()
            : throw new PgHaException(
                ErrorIds.ReplicationPasswordUnknown, PgHaErrorKind.InvalidArgument,
                $"{standby} runs, and no password file of PgHa's has the password "
                    + $"of role '{definition.ReplicationRole}' that it streams with.",
                "Give it with -RoleCredential.", standby.Definition.Name);

    private async Task<IReadOnlyList<(ClusterNode Node, SystemIdentifier? System)>> InspectAsync(
        ClusterDefinition definition, ClusterBuildOptions options, CancellationToken cancellationToken)
    {
        var inspector = new NodeInspector(_context, definition, options);
        List<(ClusterNode, SystemIdentifier?)> found = [];
        List<PgHaException> problems = [];
        foreach (NodeDefinition node in definition.Nodes)
        {
            try
            {
                found.Add(await inspector.InspectAsync(node, cancellationToken).ConfigureAwait(false));
            }
            catch (PgHaException e)
            {
                problems.Add(e);
            }
        }

        return problems switch
        {
            [] => found,
            [var only] => throw only,
            _ => throw new PgHaException(
                ErrorIds.ClusterCannotBeBuilt, PgHaErrorKind.InvalidState,
                $"{definition.Name} cannot be built: {string.Join(' ', problems.Select(problem => problem.Message))}",
                string.Join(' ', problems.Select(problem => problem.Advice).Distinct())),
        };
    }

    // A standby of another system could never follow the primary. A new primary beside the standbys of an old one would be a
    // second system.
    private static void RequireOneSystem(ClusterDefinition definition, IReadOnlyList<(ClusterNode Node, SystemIdentifier? System)> found)
    {
        SystemIdentifier? ofPrimary = found.Single(node => node.Node.Definition == definition.Primary).System;
        foreach ((ClusterNode node, SystemIdentifier? system) in found)
        {
            if (system is null || system == ofPrimary)
                continue;
            throw ofPrimary is null
                ? new PgHaException(
                    ErrorIds.PrimaryMissing, PgHaErrorKind.InvalidState,
                    $"'{node.Definition.DataDirectory}' of {node} holds a standby of system {system}, "
                        + $"and the primary {definition.Primary.Name} has no data directory.",
                    "Bring the primary's data directory back, promote a standby, or, "
                        + "to begin anew, remove the standbys first (Remove-PgInstance).",
                    node.Definition.Name)
                : new PgHaException(
                    ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.InvalidState,
                    $"'{node.Definition.DataDirectory}' of {node} belongs to system {system}, and the primary is system {ofPrimary}.",
                    "Give the node another directory, or remove this one if nobody needs it.", node.Definition.Name);
        }
    }
}
