namespace PgHa;

/// <summary>Where a timeline ended because a promotion began another.</summary>
/// <param name="Timeline">The timeline that ended.</param>
/// <param name="EndLsn">The position up to which its WAL is part of the history.</param>
/// <param name="Reason">What the server says of why, such as <c>no recovery target specified</c>.</param>
public sealed record TimelineSwitch(TimelineId Timeline, Lsn EndLsn, string Reason);
