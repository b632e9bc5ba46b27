using System.Globalization;

namespace PgHa;

/// <summary>
/// The number that initdb gives a cluster and every copy of it keeps. WAL of one system
/// can never be replayed by another, however alike their data.
/// </summary>
/// <param name="Value">The 64-bit identifier.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/protocol-replication.html">IDENTIFY_SYSTEM</see>.</remarks>
public readonly record struct SystemIdentifier(ulong Value)
{
    /// <summary>Reads the decimal form that <c>IDENTIFY_SYSTEM</c> and <c>pg_controldata</c> print.</summary>
    /// <exception cref="MalformedTextException">The text is no system identifier.</exception>
    public static SystemIdentifier Parse(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? new SystemIdentifier(value)
            : throw new MalformedTextException("system identifier", text, 0, "expected a decimal number of 64 bits");

    /// <summary>The decimal form.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
