namespace PgHa.Engine.Decoding;

/// <summary>What to read of a logical slot.</summary>
public sealed record LogicalChangeOptions
{
    /// <summary>Leave the changes in the slot, to be read again.</summary>
    public bool Peek { get; init; }

    /// <summary>The plugin's bytes, instead of its text.</summary>
    public bool Binary { get; init; }

    /// <summary>Stop after the transaction that ends at or after this position. By default, the server's current position.</summary>
    public Lsn? UpToLsn { get; init; }

    /// <summary>Stop after the transaction in which this number is reached.</summary>
    public int? First { get; init; }

    /// <summary>The plugin's options by name.</summary>
    public IReadOnlyDictionary<string, string?> PluginOptions { get; init; } = new Dictionary<string, string?>();
}
