using System.Collections.Concurrent;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Management;

/// <summary>Finds out who is in charge of servers. A place where it cannot look is unknown, never a failure.</summary>
public sealed class ManagementReader
{
    private readonly EngineContext _context;
    private readonly ConcurrentDictionary<PgMachine, Lazy<Task<IReadOnlyList<HostProcess>>>> _processes = new();

    /// <summary>Works in a context. It looks at the processes of each machine once.</summary>
    public ManagementReader(EngineContext context) => _context = context;

    /// <summary>Works with processes of this machine that were looked at before.</summary>
    internal ManagementReader(EngineContext context, IReadOnlyList<HostProcess> processes)
        : this(context) => _processes[PgMachine.This] = new(Task.FromResult(processes));

    /// <summary>Who is in charge of a server, by its files and its machine's processes, and by SQL where these are out of reach.</summary>
    public async Task<ServerManagement> ReadAsync(PgInstance server, CancellationToken cancellationToken)
    {
        HostLook look = await LookAsync(server, cancellationToken).ConfigureAwait(false);
        if (look.IsComplete)
            return ServerManagement.Decide(look.Signs, look.Looked);
        try
        {
            // A connection of its own ends at once: a smart stop would wait for one that is kept.
            return Decide(
                look, await ManagementQuery.AskAsync(_context.ForOwnConnection(), server, cancellationToken).ConfigureAwait(false));
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"{server}: it does not tell by SQL who manages it: {e.Message}");
            return ServerManagement.Decide(look.Signs, look.Looked);
        }
    }

    /// <summary>Who is in charge of a server, by its files and its machine's processes alone.</summary>
    public async Task<ServerManagement> ReadOfflineAsync(PgInstance server, CancellationToken cancellationToken) =>
        Decide(await LookAsync(server, cancellationToken).ConfigureAwait(false), told: null);

    /// <summary>What a server's files and its machine's processes show.</summary>
    internal async Task<HostLook> LookAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is null || AutomationJob.IsHere)
            return HostLook.None;
        return await HostSigns.FindAsync(_context, server, ProcessesAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who is in charge of a server.</summary>
    /// <param name="look">What its machine showed.</param>
    /// <param name="told">The signs by SQL; <see langword="null"/> if it answered none.</param>
    internal static ServerManagement Decide(HostLook look, IReadOnlyList<ManagementSign>? told)
    {
        if (told is null)
            return ServerManagement.Decide(look.Signs, look.Looked);
        // A server that answers runs.
        IEnumerable<SignPlace> looked = look.Looked.Where(place => !look.MissesServer || place != SignPlace.Process);
        return ServerManagement.Decide([.. told, .. look.Signs], [.. looked, SignPlace.Sql]);
    }

    private Task<IReadOnlyList<HostProcess>> ProcessesAsync(PgMachine machine) =>
        _processes.GetOrAdd(machine, new Lazy<Task<IReadOnlyList<HostProcess>>>(() => FindAsync(machine))).Value;

    private async Task<IReadOnlyList<HostProcess>> FindAsync(PgMachine machine)
    {
        IHost own = await _context.MachineOf(machine).OperatorAsync(CancellationToken.None).ConfigureAwait(false);
        return await own.FindProcessesAsync(HostSigns.Tells, CancellationToken.None).ConfigureAwait(false);
    }
}
