namespace PgHa;

/// <summary>The levels as <c>synchronous_commit</c> spells them.</summary>
public static class CommitLevels
{
    /// <summary>The setting's value, such as <c>remote_apply</c>.</summary>
    public static string ToSetting(this CommitLevel level) => level switch
    {
        CommitLevel.Off => "off",
        CommitLevel.Local => "local",
        CommitLevel.RemoteWrite => "remote_write",
        CommitLevel.RemoteApply => "remote_apply",
        _ => "on",
    };

    /// <summary>Whether a commit at this level waits for synchronous standbys.</summary>
    public static bool WaitsForStandbys(this CommitLevel level) => level > CommitLevel.Local;

    /// <summary>The stage that a standby has to reach before a commit at this level returns.</summary>
    /// <exception cref="PgHaException"><c>CommitLevelIsLocal</c>: <c>off</c> and <c>local</c> ask nothing of a standby.</exception>
    public static ReplicationStage ToStage(this CommitLevel level) => level switch
    {
        CommitLevel.RemoteWrite => ReplicationStage.Written,
        CommitLevel.On => ReplicationStage.Flushed,
        CommitLevel.RemoteApply => ReplicationStage.Replayed,
        _ => throw new PgHaException(
            ErrorIds.CommitLevelIsLocal, PgHaErrorKind.InvalidArgument,
            $"A commit at level '{level.ToSetting()}' waits for no standby, so there is nothing to wait for.",
            "Name remote_write, on or remote_apply."),
    };

    /// <summary>Reads the setting's value, with the spellings of a Boolean that PostgreSQL accepts for it.</summary>
    /// <exception cref="MalformedTextException">The text is no level.</exception>
    public static CommitLevel Parse(string text) => text switch
    {
        "off" or "false" or "no" or "0" => CommitLevel.Off,
        "local" => CommitLevel.Local,
        "remote_write" => CommitLevel.RemoteWrite,
        "on" or "true" or "yes" or "1" => CommitLevel.On,
        "remote_apply" => CommitLevel.RemoteApply,
        _ => throw new MalformedTextException(
            "value of synchronous_commit", text, 0, "expected off, local, remote_write, on or remote_apply"),
    };
}
