namespace PgHa;

/// <summary>The result of ending the current WAL file of a server.</summary>
/// <remarks>
/// See <c>pg_switch_wal()</c> in
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP">Backup Control
/// Functions</see>.
/// </remarks>
public sealed record WalSwitch
{
    private WalSwitch(PgInstance server, Lsn endLsn, WalFileName fileName, bool isSwitched) =>
        (Server, EndLsn, FileName, IsSwitched) = (server, endLsn, fileName, isSwitched);

    /// <summary>The server.</summary>
    public PgInstance Server { get; }

    /// <summary>The position after the last byte of WAL in the completed file.</summary>
    public Lsn EndLsn { get; }

    /// <summary>The completed file: all WAL up to the switch is in it or in a file before it. The archive gets it next.</summary>
    public WalFileName FileName { get; }

    /// <summary>Whether a file was ended; if not, nothing had been written since the previous file ended.</summary>
    public bool IsSwitched { get; }

    /// <summary>Reads the answer of <c>pg_switch_wal()</c>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="timeline">The timeline it writes.</param>
    /// <param name="answer">
    /// The end of the WAL in the file that was ended; or the start of the file in use, if nothing had been written to it.
    /// </param>
    /// <param name="size">The size of its WAL files.</param>
    public static WalSwitch Of(PgInstance server, TimelineId timeline, Lsn answer, WalSegmentSize size) =>
        new(server, answer, WalFileName.At(timeline, answer + -1, size), WalFileName.At(timeline, answer, size).StartLsn(size) != answer);

    /// <summary><c>000000010000000000000003 on node20@127.0.0.1:9420, complete at 0/3000148</c>.</summary>
    public override string ToString() => $"{FileName} on {Server}, complete at {EndLsn}";
}
