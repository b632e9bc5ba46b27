namespace PgHa;

/// <summary>How bad a finding is; the values are the exit codes of monitoring plugins.</summary>
/// <remarks>
/// See <see href="https://www.monitoring-plugins.org/doc/guidelines.html">Monitoring Plugins Development Guidelines</see>.
/// </remarks>
public enum FindingSeverity
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>It will cost redundancy, space or time if nobody acts.</summary>
    Warning,

    /// <summary>Data, availability or the next failover is at risk now.</summary>
    Critical,

    /// <summary>The check could not find out whether something is wrong; it may be critical.</summary>
    Unknown,
}
