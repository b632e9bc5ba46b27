namespace PgHa.Quickstart;

/// <summary>What the command line asks for.</summary>
/// <param name="Keep">Leave the cluster running.</param>
/// <param name="Root">The folder for the data directories; a new temporary one if <see langword="null"/>.</param>
/// <param name="Port">The primary's port.</param>
/// <param name="BinDirectory">Where PostgreSQL's programs are; to be found if <see langword="null"/>.</param>
/// <param name="InstallPostgres">Install the distribution's PostgreSQL if none is found.</param>
/// <param name="NoBuild">Use the module as it was built before.</param>
internal sealed record QuickstartOptions(bool Keep, string? Root, int Port, string? BinDirectory, bool InstallPostgres, bool NoBuild);
