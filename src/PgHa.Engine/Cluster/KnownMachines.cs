using System.Collections.Concurrent;

namespace PgHa.Engine.Cluster;

/// <summary>The machines on which a discovery looks for members: this one, those that were named, and those of the members.</summary>
internal sealed class KnownMachines
{
    private readonly EngineContext _context;
    private readonly List<PgMachine> _machines = [PgMachine.This];
    private readonly ConcurrentDictionary<PgMachine, PgHaException> _lost = new();

    public KnownMachines(EngineContext context, IEnumerable<PgMachine> machines)
    {
        _context = context;
        Add(machines);
    }

    /// <summary>Adds machines that are not known yet.</summary>
    public void Add(IEnumerable<PgMachine> machines) => _machines.AddRange(machines.Distinct().Except(_machines).ToArray());

    /// <summary>The members whose directories are not known yet, on all machines. One that cannot be reached causes a warning.</summary>
    public async Task<IEnumerable<MemberAnswer>> MembersAsync(
        IReadOnlyList<MemberAnswer> known, CancellationToken cancellationToken)
    {
        HashSet<SystemIdentifier> systems = [.. known.Select(answer => answer.SystemIdentifier).OfType<SystemIdentifier>()];
        return (await Task.WhenAll(_machines.Select(
            machine => OnAsync(machine, systems, known, cancellationToken))).ConfigureAwait(false)).SelectMany(found => found);
    }

    /// <summary>The machine that the address of a server belongs to; <see langword="null"/> if it belongs to none of them.</summary>
    public async Task<PgMachine?> OwnerOfAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (Loopback.Is(server.Host))
            return server.Machine;
        foreach (PgMachine machine in _machines)
        {
            if (await OwnsAsync(machine, server.Host, cancellationToken).ConfigureAwait(false))
                return machine;
        }

        return null;
    }

    private async Task<IEnumerable<MemberAnswer>> OnAsync(
        PgMachine machine, HashSet<SystemIdentifier> systems, IReadOnlyList<MemberAnswer> known, CancellationToken cancellationToken)
    {
        if (_lost.ContainsKey(machine))
            return [];
        // A server that asks for a password may accept its operating system user without one, through its Unix socket.
        HashSet<int> closed = [];
        foreach (PgInstance server in known.Where(IsClosed).Select(answer => answer.Server))
        {
            if (await OwnerOfAsync(server, cancellationToken).ConfigureAwait(false) == machine)
                closed.Add(server.Port);
        }

        string[] directories =
            [.. known.Where(answer => answer.Server.Machine == machine).Select(answer => answer.Server.DataDirectory).OfType<string>()];
        try
        {
            return await new MachineMembers(_context, machine).FindAsync(
                systems, closed, directories, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (!machine.IsThisMachine)
        {
            Lose(machine, e);
            return [];
        }
    }

    private static bool IsClosed(MemberAnswer answer) =>
        answer is { Failure: not null, SystemIdentifier: null, Server: { DataDirectory: null, HasPassword: false } };

    private async Task<bool> OwnsAsync(PgMachine machine, string host, CancellationToken cancellationToken)
    {
        if (host == machine.HostName)
            return true;
        if (_lost.ContainsKey(machine))
            return false;
        try
        {
            return await _context.MachineOf(machine).OwnsAddressAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (!machine.IsThisMachine)
        {
            Lose(machine, e);
            return false;
        }
    }

    // Each attempt to reach a machine that is down takes seconds.
    private void Lose(PgMachine machine, PgHaException e)
    {
        if (_lost.TryAdd(machine, e))
            _context.Log.Warn($"{machine.Name} is left out of the search, and its servers may be missing: {e.Message}");
    }
}
