namespace PgHa;

/// <summary>Determines why a server keeps its WAL, and whether its standbys find what they need.</summary>
public static class WalRetentionAnalysis
{
    /// <summary>Fills in the reasons, the standbys and the findings.</summary>
    /// <param name="retention">What the server told of itself.</param>
    /// <param name="connected">The standbys that stream from it.</param>
    public static WalRetention Complete(WalRetention retention, IReadOnlyList<StandbyStatus> connected)
    {
        retention = retention with { Keepers = WalKeepers.Of(retention) };
        retention = retention with { Standbys = StandbyNeeds.Of(retention, connected) };
        return retention with { Findings = WalRetentionDiagnosis.Of(retention) };
    }
}
