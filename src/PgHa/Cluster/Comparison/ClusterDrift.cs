namespace PgHa;

/// <summary>One difference between a cluster and its definition.</summary>
public sealed record ClusterDrift
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The node, or the member that is not in the definition.</summary>
    public required string Node { get; init; }

    /// <summary>The kind of the difference.</summary>
    public required DriftKind Kind { get; init; }

    /// <summary>What differs: the name of a setting, slot, role or tablespace, or the rule.</summary>
    public required string What { get; init; }

    /// <summary>The value in the definition; <see langword="null"/> if it is not in the definition.</summary>
    public string? Expected { get; init; }

    /// <summary>The value in the cluster; <see langword="null"/> if it is missing there.</summary>
    public string? Actual { get; init; }

    /// <summary>
    /// The command that removes the difference, where <c>$definition</c> is the definition; <see langword="null"/> if a person has to
    /// decide.
    /// </summary>
    public string? Heal { get; init; }

    /// <summary>Whether the server has to be restarted to remove the difference.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary><c>node23: work_mem is 4MB, should be 8MB</c>.</summary>
    public override string ToString() => $"{Node}: {What} is {Actual ?? "missing"}, should be {Expected ?? "absent"}";
}
