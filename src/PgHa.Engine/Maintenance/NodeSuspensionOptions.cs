namespace PgHa.Engine.Maintenance;

/// <summary>What may be put up with while a standby is out of service.</summary>
public sealed record NodeSuspensionOptions
{
    /// <summary>Let commits wait for fewer standbys where the others do not suffice.</summary>
    public bool AllowFewerSyncStandbys { get; init; }

    /// <summary>Stop it although others get their WAL from it.</summary>
    public bool AllowCascadeInterruption { get; init; }
}
