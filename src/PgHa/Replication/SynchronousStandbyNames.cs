using System.Globalization;

namespace PgHa;

/// <summary>
/// A value of <c>synchronous_standby_names</c>: how many of which standbys a commit waits for.
/// No value at all, the empty setting, is <see langword="null"/>.
/// </summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES">
/// synchronous_standby_names</see>.
/// </remarks>
public sealed class SynchronousStandbyNames : IEquatable<SynchronousStandbyNames>
{
    /// <summary>A value made of its parts.</summary>
    /// <param name="method">Which of the standbys count.</param>
    /// <param name="count">How many a commit waits for, at least 1.</param>
    /// <param name="names">The standbys by <c>application_name</c>, at least one; <c>*</c> is every standby.</param>
    /// <exception cref="ArgumentException">There is no name, or the count is not positive.</exception>
    public SynchronousStandbyNames(SyncMethod method, int count, IEnumerable<string> names)
        : this(method, count, [.. names], isLegacyList: false)
    {
    }

    internal SynchronousStandbyNames(SyncMethod method, int count, IReadOnlyList<string> names, bool isLegacyList)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (names.Count == 0)
            throw new ArgumentException("At least one standby has to be named.", nameof(names));
        Method = method;
        Count = count;
        Names = names;
        IsLegacyList = isLegacyList;
    }

    /// <summary>Which of the standbys count.</summary>
    public SyncMethod Method { get; }

    /// <summary>How many standbys a commit waits for.</summary>
    public int Count { get; }

    /// <summary>The listed names, in order of priority; <c>*</c> is every standby.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Written as a bare list (<c>s1, s2</c>), which means <c>FIRST 1 (s1, s2)</c>.</summary>
    public bool IsLegacyList { get; }

    /// <summary>Reads the setting by the server's own grammar; <see langword="null"/> if it is empty.</summary>
    /// <exception cref="MalformedTextException">The server would not take it; the message says where.</exception>
    public static SynchronousStandbyNames? Parse(string text) => SynchronousStandbyNamesParser.Parse(text);

    /// <summary>Whether a standby of that <c>application_name</c> is meant, by its name or by <c>*</c>.</summary>
    public bool Covers(string applicationName) => Names.Any(listed => StandbyName.Matches(listed, applicationName));

    /// <summary>The same with a standby added as the last; unchanged if it is covered already.</summary>
    public SynchronousStandbyNames With(string name) =>
        Covers(name) ? this : new(Method, Count, [.. Names, name], IsLegacyList);

    /// <summary>
    /// The same without a name, <see langword="null"/> if none is left. The count never stays higher than
    /// the number of names: commits would wait for a standby that is not listed.
    /// </summary>
    public SynchronousStandbyNames? Without(string name)
    {
        string[] rest = [.. Names.Where(listed => !StandbyName.AreEqual(listed, name))];
        return rest switch
        {
            [] => null,
            _ when rest.Length == Names.Count => this,
            _ when rest.Contains(StandbyName.Wildcard) => new(Method, Count, rest, IsLegacyList),
            _ => new(Method, Math.Min(Count, rest.Length), rest, IsLegacyList),
        };
    }

    /// <summary>Tells which connected standbys acknowledge commits, and whether they are enough.</summary>
    public SyncStandbyAssessment Assess(IEnumerable<ConnectedStandby> standbys)
    {
        ConnectedStandby[] listed = [.. standbys.Where(standby => Covers(standby.ApplicationName))];
        string[] NamesOf(bool? acknowledges) =>
            [.. listed.Where(standby => standby.CanAcknowledge == acknowledges).Select(standby => standby.ApplicationName)];
        string[] acknowledging = NamesOf(true), unknown = NamesOf(null);
        return new SyncStandbyAssessment
        {
            Required = Count,
            Acknowledging = acknowledging,
            Unknown = unknown,
            Missing = [.. Names.Where(wanted => !acknowledging.Concat(unknown).Any(name => StandbyName.Matches(wanted, name)))],
        };
    }

    /// <summary>The value as a server of a version reads it.</summary>
    /// <exception cref="PgHaException"><c>QuorumNotSupported</c>: the version has no <c>ANY</c>.</exception>
    public string ToString(ServerDialect dialect)
    {
        if (dialect.HasSyncMethodKeywords)
            return ToString();
        return Method == SyncMethod.First
            ? Write("")
            : throw new PgHaException(
                ErrorIds.QuorumNotSupported,
                PgHaErrorKind.NotSupported,
                $"PostgreSQL {dialect.Version} has no quorum of synchronous standbys, which '{this}' asks for.",
                "Use FIRST instead of ANY.");
    }

    /// <summary><c>FIRST 1 (s1, "s 2")</c>, or the bare list it was read from, with no more quotes than needed.</summary>
    public override string ToString() => Write(Method == SyncMethod.First ? "FIRST " : "ANY ");

    /// <summary>Whether both make commits wait for the same; a bare list equals the <c>FIRST 1</c> it means.</summary>
    public bool Equals(SynchronousStandbyNames? other) =>
        other is not null
        && (Method, Count, Names.Count) == (other.Method, other.Count, other.Names.Count)
        && Names.Zip(other.Names).All(pair => StandbyName.AreEqual(pair.First, pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SynchronousStandbyNames);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Method, Count, Names.Count);

    private string Write(string keyword)
    {
        string list = string.Join(", ", Names.Select(StandbyName.Quote));
        return IsLegacyList ? list : string.Create(CultureInfo.InvariantCulture, $"{keyword}{Count} ({list})");
    }
}
