namespace PgHa;

/// <summary>One piece of what an output plugin made of a transaction: its beginning, a changed row, a message, its commit.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/logicaldecoding-sql.html">SQL
/// Interface to Logical Decoding</see>.
/// </remarks>
public sealed record LogicalChange
{
    /// <summary>The server it was decoded on.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The slot it was read through.</summary>
    public required string Slot { get; init; }

    /// <summary>The position of the change. Of a commit it is where the transaction ends: a slot moved there is past it.</summary>
    public required Lsn Lsn { get; init; }

    /// <summary>The transaction's id; 0 for a change that belongs to none.</summary>
    public required uint TransactionId { get; init; }

    /// <summary>What the plugin wrote, as text; <see langword="null"/> where bytes were asked for.</summary>
    public string? Text { get; init; }

    /// <summary>What the plugin wrote, as bytes; <see langword="null"/> where text was asked for.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>The text, or the bytes in hexadecimal.</summary>
    public override string ToString() => Text ?? Convert.ToHexString(Bytes ?? []);
}
