namespace PgHa.Engine.Replication;

/// <summary>A way to tell how far a standby is.</summary>
internal interface IStandbyProgress : IAsyncDisposable
{
    /// <summary>How far the standby is in the stage waited for; <see langword="null"/> while it does not tell.</summary>
    Task<Lsn?> PositionAsync(CancellationToken cancellationToken);

    /// <summary>What keeps the standby from going on, to the best of our knowledge; asked once the time is up.</summary>
    Task<string> ObstacleAsync(CancellationToken cancellationToken);
}
