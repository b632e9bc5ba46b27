namespace PgHa.Engine.Hosts;

/// <summary>A process on a host.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="ParentId">The process id of its parent.</param>
/// <param name="UserName">Whose it is.</param>
/// <param name="CommandLine">Its command line; PostgreSQL's processes write there what they are doing.</param>
public sealed record HostProcess(int Id, int ParentId, string UserName, string CommandLine)
{
    /// <summary>The name of the program that it runs, whatever its command line says; <see langword="null"/> where the system doesn't tell.</summary>
    public string? Program { get; init; }

    /// <summary>Its working directory; <see langword="null"/> where the system doesn't tell, as it doesn't to other users.</summary>
    public string? WorkingDirectory { get; init; }
}
