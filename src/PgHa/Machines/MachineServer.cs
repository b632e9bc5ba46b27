namespace PgHa;

/// <summary>A PostgreSQL server that runs on a machine.</summary>
/// <param name="DataDirectory">Its data directory.</param>
/// <param name="ProcessId">The process id of its postmaster.</param>
/// <param name="UserName">The user that it runs as.</param>
/// <param name="ControlledBy">
/// Who starts and stops it: <c>pg_ctl</c>, a unit of systemd, or Debian's tools; <see langword="null"/> where PgHa may not look.
/// </param>
public sealed record MachineServer(string DataDirectory, int ProcessId, string UserName, string? ControlledBy)
{
    /// <summary>The data directory.</summary>
    public override string ToString() => DataDirectory;
}
