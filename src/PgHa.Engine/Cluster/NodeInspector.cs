using System.Globalization;
using System.Net;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Recovery;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cluster;

/// <summary>Finds out how much of a node exists, and refuses directories and servers that are not the node's.</summary>
internal sealed class NodeInspector
{
    private readonly EngineContext _context;
    private readonly ClusterDefinition _definition;
    private readonly ClusterBuildOptions _options;

    // Asked once for all nodes of a machine: the kernel walks through every socket for each answer.
    private readonly Dictionary<PgMachine, IReadOnlySet<int>> _takenPorts = [];

    public NodeInspector(EngineContext context, ClusterDefinition definition, ClusterBuildOptions options)
    {
        _context = context;
        _definition = definition;
        _options = options;
    }

    /// <summary>The node as it was found, and the system identifier of its data directory.</summary>
    /// <exception cref="PgHaException">
    /// <c>NodeOnAnotherMachine</c>, <c>DirectoryNotEmpty</c>, <c>DirectoryOfAnotherServer</c>, <c>VersionMismatch</c>,
    /// <c>NotAStandby</c>, <c>NotPrimary</c>, <c>PortInUse</c>, or no programs found.
    /// </exception>
    public async Task<(ClusterNode Node, SystemIdentifier? System)> InspectAsync(NodeDefinition node, CancellationToken cancellationToken)
    {
        IMachine machine = _context.MachineOf(node.Machine);
        await RequireMachineAsync(machine, node, cancellationToken).ConfigureAwait(false);
        IHost host = await machine.HostForDirectoryAsync(
            node.DataDirectory, _options.ServerUser, cancellationToken).ConfigureAwait(false);
        // With our own rights: root may look into a directory that the server's user may not.
        IHost own = await machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> names = await own.ListAsync(node.DataDirectory, cancellationToken).ConfigureAwait(false) ?? [];
        return names.Count == 0
            ? (await AbsentAsync(host, own, node, cancellationToken).ConfigureAwait(false), null)
            : await PresentAsync(host, node, names, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ClusterNode> AbsentAsync(IHost host, IHost own, NodeDefinition node, CancellationToken cancellationToken)
    {
        await NewDataDirectory.RequireFreeAsync(own, node.DataDirectory, cancellationToken).ConfigureAwait(false);
        await RequireFreePortAsync(host, node, cancellationToken).ConfigureAwait(false);
        ServerPrograms programs = await ServerPrograms.FindServerAsync(
            host, _definition.BinDirectory, _definition.Version, cancellationToken).ConfigureAwait(false);
        var instance = new PgInstance
        {
            Name = node.Name,
            Host = node.Host,
            Port = node.Port,
            Machine = node.Machine,
            DataDirectory = node.DataDirectory,
            BinDirectory = programs.BinDirectory,
            Version = programs.Version.MajorVersion,
        };
        return new ClusterNode(node, instance, NodeState.Absent);
    }

    private async Task<(ClusterNode Node, SystemIdentifier? System)> PresentAsync(
        IHost host, NodeDefinition node, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (!names.Contains(DataDirectoryVersion.FileName))
            await NewDataDirectory.RequireFreeAsync(host, node.DataDirectory, cancellationToken).ConfigureAwait(false);
        PgInstance found = await new InstanceFinder(_context, node.Machine).FromDirectoryAsync(
            node.DataDirectory, cancellationToken).ConfigureAwait(false);
        if (found.Name != node.Name)
        {
            throw new PgHaException(
                ErrorIds.DirectoryOfAnotherServer, PgHaErrorKind.AlreadyExists,
                $"'{node.DataDirectory}' of node {node.Name} is the data directory of a server that calls itself '{found.Name}'.",
                "Give the node another directory, or, if it is the node's, set cluster_name to the node's name.", node.Name);
        }

        if (_definition.Version is { } wanted && found.Version?.Major != wanted.Major)
        {
            throw new PgHaException(
                ErrorIds.VersionMismatch, PgHaErrorKind.InvalidState,
                $"The definition is for PostgreSQL {wanted}, and '{node.DataDirectory}' is of {found.Version}.",
                "Correct Version in the definition; PgHa upgrades no server.", node.Name);
        }

        ControlData control = await ControlFile.ReadAsync(host, found, cancellationToken).ConfigureAwait(false);
        InstanceStatus status = await new InstanceControl(_context).GetStatusAsync(found, cancellationToken).ConfigureAwait(false);
        await RequireRoleAsync(found, node, cancellationToken).ConfigureAwait(false);
        if (!status.HasProcess)
            await RequireFreePortAsync(host, node, cancellationToken).ConfigureAwait(false);
        // A server writes postmaster.opts when it starts. A standby's directory without this file is a copy that has never been
        // started.
        bool hasNeverRun = node.Kind != NodeKind.Primary && control.State == DatabaseState.ShutDown
            && await host.StatAsync(
                HostPath.Combine(node.DataDirectory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false) is null;
        return (
            new ClusterNode(node, found, status.HasProcess ? NodeState.Running : NodeState.Stopped) { HasNeverRun = hasNeverRun },
            control.SystemIdentifier);
    }

    // After a promotion, a standby's directory would start as a primary, or the other way round. PgHa never guesses which is right.
    private async Task RequireRoleAsync(PgInstance instance, NodeDefinition node, CancellationToken cancellationToken)
    {
        bool isStandby = (await new RecoverySettings(_context).GetAsync(instance, cancellationToken).ConfigureAwait(false)).StandbyMode;
        if (isStandby == (node.Kind != NodeKind.Primary))
            return;
        throw isStandby
            ? new PgHaException(
                ErrorIds.NotPrimary, PgHaErrorKind.InvalidState, $"{node.Name} is a standby, and the definition has it as the primary.",
                "See who is the primary (Get-PgCluster), and correct the definition.", node.Name)
            : new PgHaException(
                ErrorIds.NotAStandby, PgHaErrorKind.InvalidState, $"{node.Name} is no standby, and the definition has it as one.",
                "Was it promoted? Then its data may differ from the primary's, and only a rewind or a new clone makes it a standby.",
                node.Name);
    }

    private async Task RequireFreePortAsync(IHost host, NodeDefinition node, CancellationToken cancellationToken)
    {
        IMachine machine = _context.MachineOf(node.Machine);
        if (!_takenPorts.TryGetValue(node.Machine, out IReadOnlySet<int>? taken))
            _takenPorts[node.Machine] = taken = await machine.ListeningPortsAsync(cancellationToken).ConfigureAwait(false);
        if (!taken.Contains(node.Port))
            return;
        string owner = await new PortOwner(machine, host, node.DataDirectory).DescribeAsync(
            node.Port, cancellationToken).ConfigureAwait(false)
            ?? "another program";
        throw new PgHaException(
            ErrorIds.PortInUse, PgHaErrorKind.AlreadyExists,
            string.Create(CultureInfo.InvariantCulture, $"Port {node.Port} of {node.Name} is taken by {owner}."),
            "Give the node another port.", node.Name);
    }

    // Without the machine PgHa would take a directory of this machine for the one there.
    private static async Task RequireMachineAsync(IMachine machine, NodeDefinition node, CancellationToken cancellationToken)
    {
        if (node.Machine.IsThisMachine && !await machine.OwnsAddressAsync(node.Host, cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.NodeOnAnotherMachine, PgHaErrorKind.NotSupported,
                    $"{node.Name} is to be on '{node.Host}', which is not this machine.",
                "Name the machine of the node with Machine, as ssh reaches it: Machine = 'admin@db1'.",
                node.Name);
        }

        // The server could not listen there. Whether a name leads to the machine is for name servers to say.
        if (!node.Machine.IsThisMachine && IPAddress.TryParse(node.Host, out _)
            && !await machine.OwnsAddressAsync(node.Host, cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.NodeOnAnotherMachine, PgHaErrorKind.InvalidArgument,
                $"{node.Name} is to be at '{node.Host}', which is no address of its machine {machine.Name}.",
                "Give the node an address of its machine (Host), or name the machine that has this address (Machine).", node.Name);
        }
    }
}
