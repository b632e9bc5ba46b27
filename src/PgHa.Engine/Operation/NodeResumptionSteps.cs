using PgHa.Engine.Instances;
using PgHa.Engine.Procedures;
using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Operation;

/// <summary>Makes the steps that take a standby back into service.</summary>
/// <remarks>No step is undone: a standby that has not caught up in time continues, and a second run waits for it.</remarks>
internal sealed class NodeResumptionSteps
{
    private readonly EngineContext _context;
    private readonly StandbyPlace _place;
    private readonly PgInstance? _source;
    private readonly NamesToPutBack _toPutBack;

    /// <param name="context">Log and deadlines.</param>
    /// <param name="place">The standby.</param>
    /// <param name="source">The server whose WAL it shall catch up with; <see langword="null"/> if that is not known.</param>
    /// <param name="toPutBack">What commits shall wait for again.</param>
    public NodeResumptionSteps(EngineContext context, StandbyPlace place, PgInstance? source, NamesToPutBack toPutBack) =>
        (_context, _place, _source, _toPutBack) = (context, place, source, toPutBack);

    private PgInstance Standby => _place.Standby;

    /// <summary>The steps.</summary>
    /// <param name="names">What commits shall wait for again, as far as it can be confirmed; <see langword="null"/> leaves it.</param>
    public Procedure Make(SynchronousStandbyNames? names)
    {
        var procedure = new Procedure($"{Standby.Name}: back into service");
        ProcedureStep last = procedure.Add(
            Standby.Name, $"Start the server{_context.Owners.By(Standby)}",
            token => new InstanceControl(_context).StartAsync(Standby, KeptOptions.All, token));
        if (_place.Upstream is { } upstream)
        {
            last = procedure.Add(
                upstream.Server.Name, $"Wait until {_place.ApplicationName} streams from it",
                token => StreamingWait.UntilStreamingAsync(_context, upstream.Server, [_place.ApplicationName], token), last);
        }

        if (_source is { } source)
            last = procedure.Add(Standby.Name, $"Wait until it has what {source.Name} has", token => CatchUpAsync(source, token), last);
        if (names is not null)
        {
            procedure.Add(
                _place.Primary!.Server.Name, $"Let commits wait for '{names}' again",
                token => _toPutBack.PutBackAsync(_place, names, token), last);
        }

        return procedure;
    }

    // A delayed standby (recovery_min_apply_delay) never catches up in replay, so its flushed WAL counts.
    private async Task CatchUpAsync(PgInstance source, CancellationToken cancellationToken)
    {
        var recovery = new RecoverySettings(_context);
        bool isDelayed = (await recovery.GetAsync(Standby, cancellationToken).ConfigureAwait(false)).ApplyDelay > TimeSpan.Zero;
        ReplicationWaitOptions options = new()
        {
            Upstream = source,
            Stage = isDelayed ? ReplicationStage.Flushed : ReplicationStage.Replayed,
        };
        await new ReplicationWait(_context).WaitAsync(Standby, options, cancellationToken).ConfigureAwait(false);
    }
}
