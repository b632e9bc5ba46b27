namespace PgHa;

/// <summary>The rule for the names of replication slots, checked before a server is asked.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS-MANIPULATION">Querying
/// and Manipulating Replication Slots</see>.
/// </remarks>
public static class ReplicationSlotName
{
    /// <summary>The longest name: one less than PostgreSQL's <c>NAMEDATALEN</c>.</summary>
    public const int MaximumLength = 63;

    /// <summary>Returns the name if it is 1 to 63 lower-case letters, digits and underscores.</summary>
    /// <exception cref="MalformedTextException">It is not; the position is that of the first character that does not fit.</exception>
    public static string Validate(string name)
    {
        int bad = name.AsSpan().IndexOfAnyExcept(Allowed);
        if (bad < 0 && name.Length is > 0 and <= MaximumLength)
            return name;

        throw new MalformedTextException(
            "replication slot name",
            name,
            bad >= 0 && bad < MaximumLength ? bad : Math.Min(name.Length, MaximumLength),
            $"expected 1 to {MaximumLength} lower-case letters, digits and underscores");
    }

    /// <summary>
    /// The name for the slot of a server: the server's name, with an underscore for each character
    /// that a slot's name cannot have.
    /// </summary>
    public static string ForServer(string name)
    {
        string slot = string.Concat(name.ToLowerInvariant().Take(MaximumLength).Select(c => Allowed.Contains(c) ? c : '_'));
        return slot.Length > 0 ? slot : "_";
    }

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
}
