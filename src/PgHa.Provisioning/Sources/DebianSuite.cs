using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PgHa.Provisioning.Sources;

/// <summary>
/// A newer Debian suite's server with all its tools, unpacked beside the libraries it was built for,
/// so that it runs on a machine whose own libraries are older. Nothing is installed.
/// </summary>
internal sealed partial class DebianSuite
{
    // Increase this number when the recipe below changes, so that older cache entries aren't used.
    private const int Recipe = 1;

    // The last suite has the server. Experimental needs another suite for the dependencies of its packages.
    private static readonly Dictionary<int, string[]> Suites = new()
    {
        [17] = ["trixie"],
        [18] = ["forky"],
        [19] = ["sid", "experimental"],
    };

    private readonly int? _major;
    private readonly string[] _suites;

    private DebianSuite(int? major, string[] suites) => (_major, _suites) = (major, suites);

    /// <summary>The majors a suite is known for.</summary>
    public static IEnumerable<int> Majors => Suites.Keys;

    public static DebianSuite? For(int major) =>
        Suites.TryGetValue(major, out string[]? suites) ? new DebianSuite(major, suites) : null;

    /// <summary>The suite of this machine, with the major that its <c>postgresql</c> package stands for.</summary>
    /// <exception cref="SourceException">This machine is neither a Debian nor an Ubuntu.</exception>
    public static DebianSuite OfThisMachine() => new(null, [AptSources.Codename()]);

    /// <summary>Whether the cache has the programs.</summary>
    public bool IsFetched => Directory.Exists(Path.Combine(ProgramCache.Directory, Entry));

    private string Entry => $"debian-{_suites[^1]}-{_major?.ToString(CultureInfo.InvariantCulture) ?? "own"}-r{Recipe}";

    /// <summary>The programs, fetched unless the cache has them.</summary>
    /// <param name="fetched">Called with the bytes of the archives if they had to be downloaded.</param>
    /// <param name="cancellationToken">Ends the programs that fetch them; nothing half done stays.</param>
    public async Task<PostgresInstallation> ProvideAsync(Action<long>? fetched, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new SourceException($"Debian's programs are fetched for Linux on x64 only, not {RuntimeInformation.RuntimeIdentifier}");

        string entry = await ProgramCache.GetOrAddAsync(
            Entry,
            (folder, final) => FetchAsync(folder, final, fetched, cancellationToken),
            cancellationToken);
        int major = MajorIn(entry);
        return PostgresInstallation.In(BinDirectory(entry, major), major, $"the packages of {_suites[^1]}");
    }

    private static string BinDirectory(string root, int major) => Path.Combine(root, "usr", "lib", "postgresql", $"{major}", "bin");

    private static int MajorIn(string root) => int.Parse(
        Path.GetFileName(Directory.EnumerateDirectories(Path.Combine(root, "usr", "lib", "postgresql")).Single()),
        CultureInfo.InvariantCulture);

    private async Task FetchAsync(string folder, string final, Action<long>? fetched, CancellationToken cancellationToken)
    {
        string suffix = _major is { } wanted ? $"-{wanted}" : "";
        // libpq5 too: the server's own libpq is in the server's suite, and apt takes nothing from experimental that isn't named.
        string[] server = [$"postgresql{suffix}", $"postgresql-client{suffix}", "libpq5"];
        using var apt = await AptRoot.CreateAsync(Path.Combine(folder, ".apt"), _suites, server, cancellationToken);
        IReadOnlyList<string> packages = [.. (await apt.ResolveAsync([.. server, "patchelf"], cancellationToken)).Where(IsNeeded)];
        string[] archives = [.. await apt.DownloadAsync(packages, cancellationToken)];
        foreach (string archive in archives)
            await ChildProcess.RunForSourceAsync("dpkg-deb", ["-x", archive, folder], TimeSpan.FromMinutes(1), null, cancellationToken);
        // The packages of Debian 12 and older name some libraries by /lib, which is /usr/lib on every machine.
        if (Directory.Exists(Path.Combine(folder, "lib")))
        {
            await ChildProcess.RunForSourceAsync(
                "cp", ["-a", Path.Combine(folder, "lib", "."), Path.Combine(folder, "usr", "lib")],
                TimeSpan.FromMinutes(1), null, cancellationToken);
        }

        int major = MajorIn(folder);
        Prune(folder, major);

        await new BundledLoader(folder, final).PatchAsync(Directory.EnumerateFiles(BinDirectory(folder, major)), cancellationToken);
        await ChildProcess.RunForSourceAsync("chmod", ["-R", "a+rX", folder], TimeSpan.FromMinutes(1), null, cancellationToken);
        fetched?.Invoke(archives.Sum(archive => new FileInfo(archive).Length));
    }

    // apt resolves all dependencies of an installation. To run the programs, only they and their libraries are needed.
    private static bool IsNeeded(string package) =>
        ServerPackage().IsMatch(package)
        || package is "patchelf" or "zlib1g"
        || (package.StartsWith("lib", StringComparison.Ordinal)
            && !package.StartsWith("libllvm", StringComparison.Ordinal)
            && !package.StartsWith("libz3", StringComparison.Ordinal)
            && !package.StartsWith("libperl", StringComparison.Ordinal)
            && !package.EndsWith("-perl", StringComparison.Ordinal));

    [GeneratedRegex(@"^postgresql-(client-)?[0-9]+$")]
    private static partial Regex ServerPackage();

    private static void Prune(string folder, int major)
    {
        // A server that finds this library loads it for expensive queries, and fails without LLVM.
        string libraries = Path.Combine(folder, "usr", "lib", "postgresql", $"{major}", "lib");
        File.Delete(Path.Combine(libraries, "llvmjit.so"));
        string bitcode = $"usr/lib/postgresql/{major}/lib/bitcode";
        foreach (string unused in (string[])[bitcode, "usr/share/doc", "usr/share/man", "usr/share/locale", "lib", "var", "etc"])
        {
            string path = Path.Combine(folder, unused);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }
}
