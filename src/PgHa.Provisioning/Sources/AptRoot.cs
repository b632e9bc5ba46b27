namespace PgHa.Provisioning.Sources;

/// <summary>
/// An apt of our own: private lists, cache and package status, and the machine's own mirrors asked for other suites.
/// It needs no privilege and leaves the machine's packages alone.
/// </summary>
internal sealed class AptRoot : IDisposable
{
    private static readonly TimeSpan NetworkDeadline = TimeSpan.FromMinutes(4);

    private readonly string _directory;
    private readonly string _suite;
    private string _updateMessages = string.Empty;

    private AptRoot(string directory, string suite) => (_directory, _suite) = (directory, suite);

    /// <summary>Creates one and reads what the suites have.</summary>
    /// <param name="directory">Where it keeps its files.</param>
    /// <param name="suites">The suites; the last one has the packages.</param>
    /// <param name="packages">The packages.</param>
    /// <param name="cancellationToken">Ends apt.</param>
    public static async Task<AptRoot> CreateAsync(
        string directory, IReadOnlyList<string> suites, IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        var root = new AptRoot(directory, suites[^1]);
        foreach (string folder in (string[])["sources", "state", "lists/partial", "cache/archives/partial", "debs"])
            Directory.CreateDirectory(Path.Combine(directory, folder));
        // No package counts as installed, so that apt names every library down to libc.
        await File.WriteAllTextAsync(root.Inside("status"), string.Empty, cancellationToken);
        foreach (string suite in suites)
            AptSources.Write(suite, root.Inside("sources"));
        // Without this apt prefers every other suite to experimental, even where only experimental has the dependency's version.
        await File.WriteAllTextAsync(
            root.Inside("preferences"), $"Package: {string.Join(' ', packages)}\nPin: release a={suites[^1]}\nPin-Priority: 500\n",
            cancellationToken);

        // The exit status does not suffice: it is a failure if one mirror lacks the suite, although another one may have it.
        root._updateMessages = (await root.RunAsync(["update"], cancellationToken)).LastWords;
        return root;
    }

    /// <summary>The names of the packages and of all they depend on.</summary>
    public async Task<IReadOnlyList<string>> ResolveAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        ProcessResult simulated = await RunAsync(["-s", "install", "--no-install-recommends", .. packages], cancellationToken);
        string[] names = [.. simulated.Output.Split('\n')
            .Where(line => line.StartsWith("Inst ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1])];
        return simulated.ExitCode == 0 && names.Length > 0
            ? names
            : throw new SourceException(
                $"apt can't resolve {string.Join(", ", packages)} in Debian {_suite}: {simulated.LastWords} | {_updateMessages}");
    }

    /// <summary>Downloads the packages, and returns the paths of their archives.</summary>
    public async Task<IEnumerable<string>> DownloadAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        ProcessResult downloaded = await RunAsync(["download", .. packages], cancellationToken);
        return downloaded.ExitCode == 0
            ? Directory.EnumerateFiles(Inside("debs"), "*.deb")
            : throw new SourceException($"apt can't download from Debian {_suite}: {downloaded.LastWords}");
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (IOException)
        {
            // An apt that was just killed is still writing; the folder around this one is removed then too.
        }
    }

    private string Inside(string name) => Path.Combine(_directory, name);

    private async Task<ProcessResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string[] options =
        [
            $"Dir::Etc::sourcelist=/dev/null",
            $"Dir::Etc::sourceparts={Inside("sources")}",
            $"Dir::Etc::preferences={Inside("preferences")}",
            $"Dir::Etc::preferencesparts=/dev/null",
            // Experimental is published only now and then. The signatures are checked all the same.
            "Acquire::Check-Valid-Until=false",
            $"Dir::State={Inside("state")}",
            $"Dir::State::lists={Inside("lists")}",
            $"Dir::State::status={Inside("status")}",
            $"Dir::Cache={Inside("cache")}",
            // apt's own user can't write to this folder.
            $"APT::Sandbox::User={Environment.UserName}",
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            "Acquire::Retries=2",
        ];
        try
        {
            return await ChildProcess.RunAsync(
                "apt-get", ["-q", .. options.SelectMany(option => (string[])["-o", option]), .. arguments], NetworkDeadline, Inside("debs"),
                cancellationToken: cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SourceException($"apt did not answer about Debian {_suite} within {NetworkDeadline.TotalMinutes} minutes");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SourceException("apt-get isn't installed");
        }
    }
}
