namespace PgHa.Engine.Machines;

/// <summary>A process on a host.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="ParentId">The process id of its parent.</param>
/// <param name="UserName">The user it runs as.</param>
/// <param name="CommandLine">Its command line; PostgreSQL's processes write there what they are doing.</param>
public sealed record HostProcess(int Id, int ParentId, string UserName, string CommandLine)
{
    /// <summary>
    /// The name of the program that the process runs, independent of its command line; <see langword="null"/> where it is not known.
    /// </summary>
    public string? Program { get; init; }

    /// <summary>Its working directory; <see langword="null"/> where it is not known, as for processes of other users.</summary>
    public string? WorkingDirectory { get; init; }
}
