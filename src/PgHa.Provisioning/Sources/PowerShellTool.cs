using System.Text.Json;

namespace PgHa.Provisioning.Sources;

/// <summary>PowerShell from the package of the .NET tool that the repository pins in <c>.config/dotnet-tools.json</c>.</summary>
/// <remarks>
/// The tool's launcher starts the real PowerShell as a child, which survives the launcher. The package also holds the
/// <c>pwsh</c> that is a single process; it is for its owner alone, so it runs from a copy in <see cref="ProgramCache"/>.
/// </remarks>
internal static class PowerShellTool
{
    // Increase this number when the recipe below changes, so that older cache entries aren't used.
    private const int Recipe = 1;

    private static readonly TimeSpan RestoreDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Environment variables that keep PowerShell from the network and from colours.</summary>
    public static IReadOnlyDictionary<string, string?> Quiet { get; } = new Dictionary<string, string?>
    {
        ["NO_COLOR"] = "1",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
    };

    private static string PackageFolder { get; } =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } asked
            ? Path.GetFullPath(asked)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The path of a <c>pwsh</c> with native code, or without it where the compiler can't be had.</summary>
    /// <param name="repository">The folder with the tool manifest.</param>
    /// <param name="cancellationToken">Ends what fetches and compiles it; nothing half done stays.</param>
    /// <exception cref="SourceException">The tool can't be restored, or the copy doesn't run.</exception>
    public static async Task<string> ProvideAsync(string repository, CancellationToken cancellationToken)
    {
        string version = PinnedVersion(repository);
        NativeCompiler? compiler = NativeCompiler.Find(PackageFolder);
        string entry = await ProgramCache.GetOrAddAsync(
            $"powershell-{version}-{compiler?.Id ?? "portable"}-r{Recipe}",
            async (folder, _) => await FillAsync(folder, await RestoreAsync(repository, cancellationToken), compiler, cancellationToken),
            cancellationToken);
        return ProgramIn(entry);
    }

    internal static string PinnedVersion(string repository)
    {
        string manifest = Path.Combine(repository, ".config", "dotnet-tools.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(manifest));
        return document.RootElement.GetProperty("tools").GetProperty("powershell").GetProperty("version").GetString()
            ?? throw new SourceException($"{manifest} names no version of PowerShell");
    }

    /// <summary>The folder of the package with PowerShell itself, where <c>dotnet pwsh.dll</c> starts it.</summary>
    /// <exception cref="SourceException">The tool can't be restored.</exception>
    public static async Task<string> RestoreAsync(string repository, CancellationToken cancellationToken)
    {
        string version = PinnedVersion(repository);
        if (Find(Path.Combine(PackageFolder, "powershell", version)) is { } there)
            return there;

        // Not `dotnet tool restore`: it reports success if it once restored the package into another packages folder.
        string tool = await ProgramCache.GetOrAddAsync(
            $"powershell-tool-{version}",
            async (folder, _) => await ChildProcess.RunForSourceAsync(
                DotnetProgram.Path, ["tool", "install", "PowerShell", "--version", version, "--tool-path", folder],
                RestoreDeadline, repository, cancellationToken),
            cancellationToken);
        return Find(tool) ?? throw new SourceException($"PowerShell {version} was installed, but {tool} holds no pwsh.dll for {Platform}");
    }

    private static string Platform => OperatingSystem.IsWindows() ? "win" : "unix";

    private static string? Find(string package) => !Directory.Exists(package)
        ? null
        : Directory.EnumerateFiles(package, "pwsh.dll", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetDirectoryName(file)!)
            .FirstOrDefault(folder => Path.GetFileName(folder) == Platform);

    private static async Task FillAsync(string folder, string package, NativeCompiler? compiler, CancellationToken cancellationToken)
    {
        foreach (string file in Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(package, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        if (compiler is not null)
            await compiler.CompileAsync(package, folder, cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            await ChildProcess.RunForSourceAsync("chmod", ["-R", "a+rX", folder], StartDeadline, null, cancellationToken);
            if (!await RunsAsync(folder, cancellationToken))
                WriteLauncher(folder);
        }

        if (!await RunsAsync(folder, cancellationToken))
            throw new SourceException($"the PowerShell of {package} doesn't run on this machine");
    }

    private static string ProgramIn(string folder) => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    private static async Task<bool> RunsAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            ProcessResult result = await ChildProcess.RunAsync(
                ProgramIn(folder), ["-NoProfile", "-NonInteractive", "-Command", "exit 0"], StartDeadline, environment: Quiet,
                cancellationToken: cancellationToken);
            return result.ExitCode == 0;
        }
        catch (Exception e) when (e is TimeoutException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>For a machine that the package's program isn't built for, or whose .NET it doesn't find.</summary>
    private static void WriteLauncher(string folder)
    {
        // exec replaces the shell by PowerShell, so that there is only one process. PowerShell finds its folder through its assembly.
        File.WriteAllText(ProgramIn(folder), $"#!/bin/sh\nexec '{DotnetProgram.Path}' \"$(dirname \"$0\")/pwsh.dll\" \"$@\"\n");
    }
}
