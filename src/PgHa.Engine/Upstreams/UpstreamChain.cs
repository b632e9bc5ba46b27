using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Upstreams;

/// <summary>Makes sure that a standby is not above its new upstream, where it would get its own WAL back.</summary>
/// <remarks>In a circle all servers stream, but none gets any WAL.</remarks>
internal sealed class UpstreamChain
{
    private const int MaxDepth = 16;

    private readonly EngineContext _context;
    private readonly PgInstance _standby;
    private readonly ReplicationStatus? _own;

    /// <param name="context">Log and deadlines.</param>
    /// <param name="standby">The standby.</param>
    /// <param name="own">What it says itself; <see langword="null"/> if it does not run.</param>
    public UpstreamChain(EngineContext context, PgInstance standby, ReplicationStatus? own) =>
        (_context, _standby, _own) = (context, standby, own);

    /// <summary>The last server on the way up that answered: the primary, if all did.</summary>
    public ReplicationStatus? Top { get; private set; }

    /// <summary>Goes up from the new upstream to the primary, as far as servers answer.</summary>
    /// <returns>What the new upstream says of itself.</returns>
    /// <exception cref="PgHaException">
    /// <c>UpstreamIsItself</c>, <c>UpstreamIsDescendant</c>; or the new upstream does not answer.
    /// </exception>
    public Task<ReplicationStatus> RequireNoCircleAsync(PgInstance upstream, CancellationToken cancellationToken) => RequireNoCircleAsync(
        upstream, ReplicationStatusReader.ReadOneAsync(_context, upstream, cancellationToken), cancellationToken);

    /// <summary>The same for a new upstream that has been asked already.</summary>
    public async Task<ReplicationStatus> RequireNoCircleAsync(
        PgInstance upstream, Task<ReplicationStatus> answer, CancellationToken cancellationToken)
    {
        if (await IsAddressAsync(upstream, cancellationToken).ConfigureAwait(false))
            throw Itself();
        ReplicationStatus first = await answer.ConfigureAwait(false);
        if (IsItself(first))
            throw Itself();
        ReplicationStatus above = Top = first;
        for (int depth = 0; above is { Role: ServerRole.Standby, Receiver.SenderHost: { } host } && depth < MaxDepth; depth++)
        {
            PgInstance next = UpstreamAddress.Of(above.Server, host, above.Receiver.SenderPort ?? PgInstance.DefaultPort);
            if (await IsAddressAsync(next, cancellationToken).ConfigureAwait(false))
                throw Descendant(upstream, above.Server);
            try
            {
                ReplicationStatus status = await ReplicationStatusReader.ReadOneAsync(
                    _context, next, cancellationToken).ConfigureAwait(false);
                if (IsItself(status))
                    throw Descendant(upstream, above.Server);
                above = Top = status;
            }
            catch (PgHaException e) when (e.Kind is PgHaErrorKind.ConnectionFailed or PgHaErrorKind.PermissionDenied)
            {
                _context.Log.Warn(
                    $"{upstream} gets its WAL from {next.Address} in the end, which does not tell where its own comes from: {e.Message}");
                return first;
            }
        }

        return first;
    }

    // No two servers of a system start in the same microsecond.
    private bool IsItself(ReplicationStatus status) =>
        _own?.StartedAt is { } started && status.StartedAt == started && _own.SystemIdentifier == status.SystemIdentifier;

    private async Task<bool> IsAddressAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (UpstreamAddress.AreSame(server, _standby))
            return true;
        if (server.DataDirectory is not { } directory || server.Machine != _standby.Machine)
            return false;
        IHost own = await _context.MachineOf(_standby).OperatorAsync(cancellationToken).ConfigureAwait(false);
        return await DataDirectoryPath.AreSameAsync(own, directory, _standby.DataDirectory!, cancellationToken).ConfigureAwait(false);
    }

    private PgHaException Itself() => new(
        ErrorIds.UpstreamIsItself, PgHaErrorKind.InvalidArgument, $"{_standby} cannot follow itself.",
        "Name another server with -Upstream.", _standby.ToString());

    private PgHaException Descendant(PgInstance upstream, PgInstance last) => new(
        ErrorIds.UpstreamIsDescendant, PgHaErrorKind.InvalidArgument,
        upstream == last ? $"{upstream} gets its WAL from {_standby}: following each other, neither would get any."
            : $"{upstream} gets its WAL from {_standby}, by way of {last}: in a circle nobody would get any.",
        $"Let {last.Name} follow another server first.", _standby.ToString());
}
