using PgHa.Engine.Machines;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Cluster;

/// <summary>Finds the members of a cluster, and asks all of them.</summary>
/// <remarks>
/// The WAL receiver of a member leads to its upstream. Members on this machine, and on the machines that are named, are found by their
/// system identifier. An upstream does not know the ports of its standbys: PgHa tries a standby on any other machine at the upstream's own
/// port, and accepts the server there if it is a standby of the same system. Otherwise only the upstream's view shows that standby.
/// </remarks>
public sealed class ClusterDiscovery
{
    // A cascade is rarely deeper than three; a circle of upstreams ends because no server is asked twice.
    private const int MaxRounds = 16;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly EngineContext _context;
    private readonly MemberProbe _probe;
    private readonly KnownMachines _machines;

    /// <summary>Works in a context.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machines">Machines to search besides this one and those of the members.</param>
    public ClusterDiscovery(EngineContext context, params IReadOnlyList<PgMachine> machines)
    {
        // The caller wants to see which members are down. An address that does not answer should not take much longer than the
        // others.
        TimeSpan connect = new[] { ConnectTimeout, context.ConnectTimeout, context.Timeout }.Min();
        _context = new EngineContext(context.Log)
        {
            Timeout = context.Timeout,
            ConnectTimeout = connect,
            Sessions = context.Sessions,
            LostMachines = context.LostMachines,
        };
        _probe = new MemberProbe(_context);
        _machines = new KnownMachines(_context, machines);
    }

    /// <summary>The clusters that servers are members of, with all members that can be found.</summary>
    /// <param name="members">At least one member of each cluster, and each member that no other member knows.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// The clusters, in the order of their first member in <paramref name="members"/>, and the servers that did not tell their
    /// system identifier.
    /// </returns>
    public async Task<DiscoveredClusters> DiscoverAsync(IReadOnlyList<PgInstance> members, CancellationToken cancellationToken)
    {
        List<MemberAnswer> answers = await ExploreAsync(
            [.. members.Select(member => new MemberAnswer(member))], cancellationToken).ConfigureAwait(false);
        SystemIdentifier[] systems = [.. answers.Select(answer => answer.SystemIdentifier).OfType<SystemIdentifier>().Distinct()];
        // If there is only one cluster, a server that does not tell its system identifier belongs to that cluster.
        MemberAnswer[] lost = [.. answers.Where(answer => systems.Length != 1 && answer.SystemIdentifier is null)];
        return new DiscoveredClusters(
            [
                .. systems.Select(system => PgClusters.Of(
                    [.. answers.Where(answer => !lost.Contains(answer) && (answer.SystemIdentifier ?? system) == system)],
                    DateTimeOffset.Now)),
            ],
            lost);
    }

    /// <summary>The nodes of a cluster's definition, and the members that the definition does not name.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="reach">Returns the server with the caller's credential.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<PgCluster> ObserveAsync(
        ClusterDefinition definition, Func<PgInstance, PgInstance> reach, CancellationToken cancellationToken)
    {
        MemberAnswer[] nodes = await Task.WhenAll(definition.Nodes.Select(
            async node => new MemberAnswer(reach(await InstanceOfAsync(node, cancellationToken).ConfigureAwait(false)))
            {
                Node = node,
            })).ConfigureAwait(false);
        return PgClusters.Of(await ExploreAsync([.. nodes], cancellationToken).ConfigureAwait(false), DateTimeOffset.Now, definition);
    }

    /// <summary>A cluster that was looked at before, as it is now.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="reach">Returns the server with the caller's credential.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// No member tells its system identifier any more: the failure of the first one, or <c>ClusterNotFound</c>.
    /// </exception>
    public async Task<PgCluster> ObserveAgainAsync(
        PgCluster cluster, Func<PgInstance, PgInstance> reach, CancellationToken cancellationToken)
    {
        if (cluster.Definition is { } definition)
            return await ObserveAsync(definition, reach, cancellationToken).ConfigureAwait(false);
        DiscoveredClusters found = await DiscoverAsync(
            [.. cluster.Members.Select(member => member.Server).OfType<PgInstance>().Select(reach)],
            cancellationToken).ConfigureAwait(false);
        return found.Clusters.FirstOrDefault(now => cluster.SystemIdentifier is null || now.SystemIdentifier == cluster.SystemIdentifier)
            ?? throw (found.Lost is [{ Failure: { } failure }, ..] ? failure : new PgHaException(
                ErrorIds.ClusterNotFound, PgHaErrorKind.NotFound,
                $"No server of {cluster.Name} is of system {cluster.SystemIdentifier} any more.",
                "Discover it anew from one of its members (Get-PgCluster)."));
    }

    private async Task<PgInstance> InstanceOfAsync(NodeDefinition node, CancellationToken cancellationToken)
    {
        var address = new PgInstance { Name = node.Name, Host = node.Host, Port = node.Port };
        IMachine machine = _context.MachineOf(node.Machine);
        if (node.Machine.IsThisMachine && !await machine.OwnsAddressAsync(node.Host, cancellationToken).ConfigureAwait(false))
            return address;
        address = address with { Machine = node.Machine };
        var members = new MachineMembers(_context, node.Machine);
        return await members.InstanceAsync(node.DataDirectory, cancellationToken).ConfigureAwait(false) is { } found
            ? found with { Name = node.Name, Host = Loopback.Is(found.Host) ? found.Host : node.Host }
            : address with { DataDirectory = node.DataDirectory };
    }

    private async Task<List<MemberAnswer>> ExploreAsync(List<MemberAnswer> start, CancellationToken cancellationToken)
    {
        List<MemberAnswer> known = [];
        HashSet<(string Host, int Port)> asked = [];
        List<Candidate> next = [.. start.Select(member => new Candidate(member))];
        _machines.Add(start.Select(member => member.Server.Machine));
        int systems = -1;
        for (int round = 0; next.Count > 0 && round < MaxRounds; round++)
        {
            asked.UnionWith(next.Select(one => (one.Server.Host, one.Server.Port)));
            IReadOnlyList<MemberAnswer> answers = await _probe.AskAsync(
                [.. next.Select(one => one.Server)], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < answers.Count; i++)
            {
                if (next[i].Accepts(answers[i]))
                {
                    Add(known, answers[i] with
                    {
                        Node = next[i].Member.Node,
                        KnownIdentifier = answers[i].KnownIdentifier ?? next[i].Member.KnownIdentifier,
                    });
                }
            }

            IEnumerable<Candidate> found = await LocatedAsync(
                Upstreams(known).Concat(Standbys(known)), cancellationToken).ConfigureAwait(false);
            int systemsNow = known.Select(answer => answer.SystemIdentifier).OfType<SystemIdentifier>().Distinct().Count();
            if (systemsNow != systems)
                found = (await OnMachinesAsync(known, cancellationToken).ConfigureAwait(false)).Concat(found);
            systems = systemsNow;
            // A server of a machine that is known only by its address is asked again with its data directory.
            next = [.. found.Where(one => one.Server.DataDirectory is not null || !asked.Contains((one.Server.Host, one.Server.Port)))
                .DistinctBy(one => (one.Server.Host, one.Server.Port))];
        }

        return known;
    }

    // The same server may be found in several ways. The first one decides its name and address; another one adds its
    // directories and its version.
    private static void Add(List<MemberAnswer> known, MemberAnswer answer)
    {
        int same = known.FindIndex(other => other.IsSameServer(answer));
        if (same < 0)
        {
            known.Add(answer);
            return;
        }

        MemberAnswer before = known[same] with { OtherHosts = [.. known[same].OtherHosts.Append(answer.Server.Host).Distinct()] };
        known[same] = before;
        if (before.Server.DataDirectory is not null || answer.Server.DataDirectory is null)
            return;
        PgInstance server = before.Server with
        {
            Machine = answer.Server.Machine,
            DataDirectory = answer.Server.DataDirectory,
            BinDirectory = before.Server.BinDirectory ?? answer.Server.BinDirectory,
            SocketDirectory = before.Server.SocketDirectory ?? answer.Server.SocketDirectory,
            Version = before.Server.Version ?? answer.Server.Version,
            Name = before.Server.Name != before.Server.Address || answer.Server.Name == answer.Server.Address
                ? before.Server.Name
                : answer.Server.Name,
        };
        known[same] = answer with
        {
            Server = server,
            Status = (answer.Status ?? before.Status)?.WithServer(server),
            Node = before.Node,
            OtherHosts = before.OtherHosts,
        };
    }

    // The login of one member works on all of them, because roles and passwords are replicated.
    private async Task<IEnumerable<Candidate>> OnMachinesAsync(List<MemberAnswer> known, CancellationToken cancellationToken)
    {
        Dictionary<SystemIdentifier, PgInstance> logins = known.Where(answer => answer.SystemIdentifier is not null)
            .GroupBy(answer => answer.SystemIdentifier!.Value).ToDictionary(same => same.Key, same => same.First().Server);
        return (await _machines.MembersAsync(known, cancellationToken).ConfigureAwait(false))
            .Select(found => new Candidate(logins.TryGetValue(found.KnownIdentifier!.Value, out PgInstance? login)
                ? found with { Server = LoginOf(login, found.Server) }
                : found));
    }

    // A standby on a machine that is searched is found there, with its real port.
    private async Task<IEnumerable<Candidate>> LocatedAsync(IEnumerable<Candidate> candidates, CancellationToken cancellationToken)
    {
        List<Candidate> located = [];
        foreach (Candidate one in candidates)
        {
            PgMachine? machine = await _machines.OwnerOfAsync(one.Server, cancellationToken).ConfigureAwait(false);
            if (machine is null || !one.IsGuess)
                located.Add(machine is null ? one : one.On(machine));
        }

        return located;
    }

    private static PgInstance LoginOf(PgInstance login, PgInstance server) => login with
    {
        Name = server.Name == server.Address ? "" : server.Name,
        Host = server.Host,
        Port = server.Port,
        SocketDirectory = server.SocketDirectory,
        Machine = server.Machine,
        DataDirectory = server.DataDirectory,
        BinDirectory = server.BinDirectory,
        Version = server.Version,
    };

    private static IEnumerable<Candidate> Upstreams(List<MemberAnswer> known) =>
        from standby in known
        where standby.Status is { Role: ServerRole.Standby, Receiver.SenderHost: not null }
        let receiver = standby.Status!.Receiver!
        let upstream = UpstreamAddress.Of(standby.Server, receiver.SenderHost!, receiver.SenderPort ?? PgInstance.DefaultPort)
        select new Candidate(new MemberAnswer(upstream) { KnownIdentifier = standby.SystemIdentifier });

    private static IEnumerable<Candidate> Standbys(List<MemberAnswer> known) =>
        from upstream in known
        from row in upstream.Status?.Standbys ?? []
        where row.Address is not null && row.State != "backup"
        let guess = upstream.Server with
        {
            Name = "",
            Host = row.Address!,
            SocketDirectory = null,
            Machine = Loopback.Is(row.Address!) ? upstream.Server.Machine : PgMachine.This,
            DataDirectory = null,
            BinDirectory = null,
        }
        select new Candidate(new MemberAnswer(guess) { KnownIdentifier = upstream.SystemIdentifier }, IsGuess: true);

    private sealed record Candidate(MemberAnswer Member, bool IsGuess = false)
    {
        public PgInstance Server => Member.Server;

        public Candidate On(PgMachine machine) => this with { Member = Member with { Server = Server with { Machine = machine } } };

        // Another server, or none, may listen at that address.
        public bool Accepts(MemberAnswer answer) =>
            !IsGuess || (answer.Status is { Role: ServerRole.Standby, SystemIdentifier: { } system } && system == Member.KnownIdentifier);
    }
}

/// <summary>What a discovery found.</summary>
/// <param name="Clusters">The clusters.</param>
/// <param name="Lost">The servers that did not tell their system identifier.</param>
public sealed record DiscoveredClusters(IReadOnlyList<PgCluster> Clusters, IReadOnlyList<MemberAnswer> Lost);
