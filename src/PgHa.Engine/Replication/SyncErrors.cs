namespace PgHa.Engine.Replication;

/// <summary>The failures and warnings of changes to synchronous replication.</summary>
internal static class SyncErrors
{
    public static PgHaException NotPrimary(PgInstance instance) => new(
        ErrorIds.ServerIsStandby, PgHaErrorKind.InvalidState, $"{instance} is a standby: it has no commits that could wait.",
        "Name the primary.", instance.ToString());

    public static PgHaException NotStreaming(ReplicationStatus status, IReadOnlyList<string> absent)
    {
        string names = string.Join(" or ", absent.Select(name => $"'{name}'"));
        if (status.Standbys.Any(row => row.State is null && absent.Any(name => StandbyName.AreEqual(name, row.ApplicationName))))
        {
            return new(
                ErrorIds.StandbyNotStreaming, PgHaErrorKind.Refused,
                $"Whether {names} streams from {status.Server} is not known: "
                    + $"role '{status.Server.UserName}' may not see it. If not, commits would hang.",
                "Use a role that sees it: a superuser, or a member of pg_monitor. -Force names it nevertheless.", status.Server.ToString());
        }

        string connected = status.Standbys.Count == 0
            ? "No standby is connected."
            : "Connected are: "
                + $"{string.Join(", ", status.Standbys.Select(standby => $"{standby.ApplicationName} ({standby.State ?? "unknown"})"))}.";
        return new(
            ErrorIds.StandbyNotStreaming, PgHaErrorKind.Refused,
            $"No standby called {names} streams from {status.Server} now, so commits would hang. {connected}",
            "Start the standby, or give it that application_name, and let it catch up (Wait-PgReplication). "
                + "A standby of a standby does not count. -Force names it nevertheless.",
            status.Server.ToString());
    }

    public static PgHaException TooFew(PgInstance primary, SynchronousStandbyNames target, SyncStandbyAssessment assessment) => new(
        ErrorIds.TooFewSyncStandbys, PgHaErrorKind.Refused, $"{Shortage(primary, target, assessment)}, so commits would hang.",
        "Lower the count, take out the standbys that are down (Disable-PgSyncStandby), or start them. -Force goes on nevertheless.",
        primary.ToString());

    public static string HangWarning(PgInstance primary, SynchronousStandbyNames target, SyncStandbyAssessment assessment) =>
        $"{Shortage(primary, target, assessment)}: commits hang until more of them stream.";

    public static PgHaException NotEffective(PgInstance instance, string what, TimeSpan after, bool isUndone) => new(
        ErrorIds.SyncStandbysNotEffective, PgHaErrorKind.Timeout,
        $"{instance}: {what} had not taken effect after {TimeText.Seconds(after)}. "
        + (isUndone ? "The old setting has been put back." : "The old setting could NOT be put back: commits may hang."),
        "Look at the server's log (Get-PgServerLog), and whether the setting is given on the server's command line.",
        instance.ToString());

    private static string Shortage(PgInstance primary, SynchronousStandbyNames target, SyncStandbyAssessment assessment) =>
        $"{primary}: '{target}' waits for {assessment.Required} and {assessment.Acknowledging.Count} can confirm"
        + (assessment.Missing.Count == 0 ? "" : $" (not streaming: {string.Join(", ", assessment.Missing)})")
        + (assessment.Unknown.Count == 0
            ? ""
            : $" (role '{primary.UserName}' may not see whether these do: {string.Join(", ", assessment.Unknown)})");
}
