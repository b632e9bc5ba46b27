namespace PgHa.Engine.Replication;

/// <summary>A way to tell how far a standby is.</summary>
internal interface IStandbyProgress : IAsyncDisposable
{
    /// <summary>How far the standby is in the stage waited for; <see langword="null"/> while it does not tell.</summary>
    Task<Lsn?> PositionAsync(CancellationToken cancellationToken);

    /// <summary>Waits before the next look at the position, no longer than the time that is left.</summary>
    /// <param name="target">The position waited for.</param>
    /// <param name="pause">How long to wait if the server cannot say when it is time to look.</param>
    /// <param name="left">The time that is left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task PauseAsync(Lsn target, TimeSpan pause, TimeSpan left, CancellationToken cancellationToken) =>
        Task.Delay(pause < left ? pause : left, cancellationToken);

    /// <summary>What keeps the standby from going on, to the best of our knowledge; asked once the time is up.</summary>
    Task<string> ObstacleAsync(CancellationToken cancellationToken);
}
