using System.Runtime.InteropServices;

namespace PgHa.Provisioning.Sources;

/// <summary>
/// A newer Debian suite's server with all its tools, unpacked beside the libraries it was built for,
/// so that it runs on a machine whose own libraries are older. Nothing is installed.
/// </summary>
internal sealed class DebianSuite
{
    // Bump it when the recipe below changes, so that what an older one made isn't used.
    private const int Recipe = 1;

    // The last one has the server. Experimental alone lacks what its packages depend on.
    private static readonly Dictionary<int, string[]> Suites = new()
    {
        [17] = ["trixie"],
        [18] = ["forky"],
        [19] = ["sid", "experimental"],
    };

    private readonly int _major;
    private readonly string[] _suites;

    private DebianSuite(int major, string[] suites) => (_major, _suites) = (major, suites);

    /// <summary>The majors a suite is known for.</summary>
    public static IEnumerable<int> Majors => Suites.Keys;

    public static DebianSuite? For(int major) =>
        Suites.TryGetValue(major, out string[]? suites) ? new DebianSuite(major, suites) : null;

    public async Task<PostgresInstallation> ProvideAsync()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new SourceException($"Debian's programs are fetched for Linux on x64 only, not {RuntimeInformation.RuntimeIdentifier}");

        string entry = await ProgramCache.GetOrAddAsync($"debian-{_suites[^1]}-{_major}-r{Recipe}", FetchAsync);
        return PostgresInstallation.In(BinDirectory(entry), _major, $"Debian {_suites[^1]}'s packages");
    }

    private string BinDirectory(string root) => Path.Combine(root, "usr", "lib", "postgresql", $"{_major}", "bin");

    private async Task FetchAsync(string folder, string final)
    {
        // libpq5 too: the server's own libpq is in the server's suite, and apt takes nothing from experimental that isn't named.
        string[] server = [$"postgresql-{_major}", $"postgresql-client-{_major}", "libpq5"];
        using var apt = await AptRoot.CreateAsync(Path.Combine(folder, ".apt"), _suites, server);
        IReadOnlyList<string> packages = [.. (await apt.ResolveAsync([.. server, "patchelf"])).Where(IsNeeded)];
        foreach (string archive in await apt.DownloadAsync(packages))
            await ChildProcess.RunForSourceAsync("dpkg-deb", ["-x", archive, folder], TimeSpan.FromMinutes(1));
        Prune(folder);

        string bin = BinDirectory(folder);
        await new BundledLoader(folder, final).PatchAsync(Directory.EnumerateFiles(bin));
        await ChildProcess.RunForSourceAsync("chmod", ["-R", "a+rX", folder], TimeSpan.FromMinutes(1));
    }

    // apt resolves what an installation needs; running the programs takes only them and their libraries.
    private bool IsNeeded(string package) =>
        package == $"postgresql-{_major}"
        || package == $"postgresql-client-{_major}"
        || package is "patchelf" or "zlib1g"
        || (package.StartsWith("lib", StringComparison.Ordinal)
            && !package.StartsWith("libllvm", StringComparison.Ordinal)
            && !package.StartsWith("libz3", StringComparison.Ordinal)
            && !package.StartsWith("libperl", StringComparison.Ordinal)
            && !package.EndsWith("-perl", StringComparison.Ordinal));

    private void Prune(string folder)
    {
        // A server that finds this library loads it for expensive queries, and fails without LLVM.
        string libraries = Path.Combine(folder, "usr", "lib", "postgresql", $"{_major}", "lib");
        File.Delete(Path.Combine(libraries, "llvmjit.so"));
        foreach (string unused in (string[])[$"usr/lib/postgresql/{_major}/lib/bitcode", "usr/share/doc", "usr/share/man", "usr/share/locale", "var", "etc"])
        {
            string path = Path.Combine(folder, unused);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }
}
