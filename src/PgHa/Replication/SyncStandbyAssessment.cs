namespace PgHa;

/// <summary>Whether the connected standbys are enough for commits to return.</summary>
public sealed record SyncStandbyAssessment
{
    /// <summary>How many acknowledgements a commit waits for.</summary>
    public required int Required { get; init; }

    /// <summary>
    /// The <c>application_name</c> of every connected standby that can acknowledge a commit. A name that two
    /// standbys share appears twice, as the server counts both.
    /// </summary>
    public required IReadOnlyList<string> Acknowledging { get; init => field = IndexableList.Of(value); }

    /// <summary>
    /// The <c>application_name</c> of every connected standby that is listed, if the role may
    /// not see whether it acknowledges.
    /// </summary>
    public IReadOnlyList<string> Unknown { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The listed names without a connected standby that acknowledges, or may.</summary>
    public required IReadOnlyList<string> Missing { get; init => field = IndexableList.Of(value); }

    /// <summary>A commit would wait until another of the listed standbys streams; <see langword="null"/> if that is not known.</summary>
    public bool? WouldHang => Acknowledging.Count >= Required ? false : Acknowledging.Count + Unknown.Count < Required ? true : null;
}
