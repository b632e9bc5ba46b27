using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Management;

/// <summary>Finds out who is in charge of servers. A place where it cannot look is unknown, never a failure.</summary>
public sealed class ManagementReader
{
    private readonly EngineContext _context;
    private readonly Lazy<Task<IReadOnlyList<HostProcess>>> _processes;

    /// <summary>Works in a context. It lists the machine's processes once.</summary>
    public ManagementReader(EngineContext context)
    {
        _context = context;
        _processes = new(() => new LocalHost(context.Log).ListProcessesAsync(CancellationToken.None));
    }

    /// <summary>Who is in charge of a server, by its files and its machine's processes, and by SQL where these are out of reach.</summary>
    public async Task<ServerManagement> ReadAsync(PgInstance server, CancellationToken cancellationToken)
    {
        (IReadOnlyList<ManagementSign> signs, IReadOnlyCollection<SignPlace> looked) =
            await OfHostAsync(server, cancellationToken).ConfigureAwait(false);
        if (looked.Contains(SignPlace.File) && looked.Contains(SignPlace.Process))
            return ServerManagement.Decide(signs, looked);
        try
        {
            // A connection of its own ends at once: a smart stop would wait for one that is kept.
            return ServerManagement.Decide(
                [.. signs, .. await ManagementQuery.AskAsync(_context.ForOwnConnection(), server, cancellationToken).ConfigureAwait(false)],
                [.. looked, SignPlace.Sql]);
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"{server}: it does not tell by SQL who manages it: {e.Message}");
            return ServerManagement.Decide(signs, looked);
        }
    }

    /// <summary>Who is in charge of a server, by its files and its machine's processes alone.</summary>
    public Task<ServerManagement> ReadOfflineAsync(PgInstance server, CancellationToken cancellationToken) =>
        CompleteAsync(server, told: null, cancellationToken);

    /// <summary>Who is in charge of a server that has told its signs by SQL already.</summary>
    /// <param name="server">The server.</param>
    /// <param name="told">The signs by SQL; <see langword="null"/> if it answered none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<ServerManagement> CompleteAsync(
        PgInstance server, IReadOnlyList<ManagementSign>? told, CancellationToken cancellationToken)
    {
        (IReadOnlyList<ManagementSign> signs, IReadOnlyCollection<SignPlace> looked) =
            await OfHostAsync(server, cancellationToken).ConfigureAwait(false);
        return told is null
            ? ServerManagement.Decide(signs, looked)
            : ServerManagement.Decide([.. told, .. signs], [.. looked, SignPlace.Sql]);
    }

    private async Task<(IReadOnlyList<ManagementSign> Signs, IReadOnlyCollection<SignPlace> Looked)> OfHostAsync(
        PgInstance server, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is null || AutomationJob.IsHere)
            return ([], []);
        return await HostSigns.FindAsync(
            _context, server, await _processes.Value.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }
}
