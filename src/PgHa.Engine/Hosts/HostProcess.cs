namespace PgHa.Engine.Hosts;

/// <summary>A process on a host.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="ParentId">The process id of its parent.</param>
/// <param name="UserName">Whose it is.</param>
/// <param name="CommandLine">Its command line; PostgreSQL's processes write there what they are doing.</param>
public sealed record HostProcess(int Id, int ParentId, string UserName, string CommandLine);
