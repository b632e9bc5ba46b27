namespace PgHa.Engine.Waiting;

/// <summary>A way to find out the position of a standby.</summary>
internal interface IStandbyProgress : IAsyncDisposable
{
    /// <summary>The standby's position in the requested stage; <see langword="null"/> while it is not known.</summary>
    Task<Lsn?> PositionAsync(CancellationToken cancellationToken);

    /// <summary>Waits before the next look at the position, no longer than the time that is left.</summary>
    /// <param name="target">The position waited for.</param>
    /// <param name="pause">How long to wait if the server cannot say when it is time to look.</param>
    /// <param name="left">The time that is left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task PauseAsync(Lsn target, TimeSpan pause, TimeSpan left, CancellationToken cancellationToken) =>
        Poll.PauseAsync(pause, left, cancellationToken);

    /// <summary>The most likely obstacle for the standby. Called after a timeout.</summary>
    Task<string> ObstacleAsync(CancellationToken cancellationToken);
}
