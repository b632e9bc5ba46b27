namespace PgHa;

/// <summary>One way in which a cluster is not as its definition says.</summary>
public sealed record ClusterDrift
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The node, or the member that is none.</summary>
    public required string Node { get; init; }

    /// <summary>In what it differs.</summary>
    public required DriftKind Kind { get; init; }

    /// <summary>What differs: the name of a setting, slot, role or tablespace, or the rule.</summary>
    public required string What { get; init; }

    /// <summary>How the definition has it; <see langword="null"/> if it has it not at all.</summary>
    public string? Expected { get; init; }

    /// <summary>How it is; <see langword="null"/> if it is not there.</summary>
    public string? Actual { get; init; }

    /// <summary>The command that heals it, to be run where <c>$definition</c> is the definition; <see langword="null"/> where a person has to decide.</summary>
    public string? Heal { get; init; }

    /// <summary>Whether the server has to be restarted for it.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary><c>node23: work_mem is 4MB, should be 8MB</c>.</summary>
    public override string ToString() => $"{Node}: {What} is {Actual ?? "missing"}, should be {Expected ?? "absent"}";
}
