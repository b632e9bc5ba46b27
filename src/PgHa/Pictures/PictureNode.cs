namespace PgHa;

/// <summary>How good the state of a node is, to be seen at a glance.</summary>
internal enum Tone
{
    /// <summary>Nothing is known, or nothing was asked.</summary>
    Plain,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>It works, and should be looked at.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Bad,
}

/// <summary>A server in a picture: what is written about it, and what gets its WAL from it.</summary>
internal sealed record PictureNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>primary</c>, <c>standby</c> or <c>cold standby</c>; <c>?</c> if that is not known.</summary>
    public required string Role { get; init; }

    /// <summary>What it does, and whether commits wait for it: <c>streaming, sync</c>; empty in the picture of a definition.</summary>
    public string State { get; init; } = "";

    /// <summary>The state at a glance.</summary>
    public Tone Tone { get; init; }

    /// <summary>How far it is behind; empty for a primary, and if that is not known.</summary>
    public string Lag { get; init; } = "";

    /// <summary>Its timeline; empty if that is not known.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>Where it is: <c>db1:5432</c>; empty if that is not known.</summary>
    public string Address { get; init; } = "";

    /// <summary>The slot it streams through; empty if there is none.</summary>
    public string Slot { get; init; } = "";

    /// <summary>What else there is to say: another application name, an archive, slots for others.</summary>
    public IReadOnlyList<string> Notes { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Whether its WAL comes from an archive only.</summary>
    public bool IsArchiveFed { get; init; }

    /// <summary>The name of the node whose archive it may fetch WAL from besides streaming; empty if there is none.</summary>
    public string AlsoFrom { get; init; } = "";

    /// <summary>The nodes that get their WAL from it.</summary>
    public IReadOnlyList<PictureNode> Children { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The node and all nodes below it, each after its parent.</summary>
    public IEnumerable<PictureNode> WithDescendants => Children.SelectMany(child => child.WithDescendants).Prepend(this);
}
