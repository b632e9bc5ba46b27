using System.Runtime.InteropServices;

namespace PgHa.Provisioning.Sources;

/// <summary>
/// The compiler that <c>PgHa.Commands</c> downloads for the module's native code. It does the same for the assemblies of
/// PowerShell, which the .NET tool's package has without native code: they are otherwise compiled anew by each process.
/// </summary>
internal sealed class NativeCompiler
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    // The assemblies that every session loads. Compiling the others would take more time than it saves.
    private static readonly string[] Assemblies =
    [
        "System.Management.Automation",
        "Microsoft.PowerShell.ConsoleHost",
        "Microsoft.PowerShell.Commands.Management",
        "Microsoft.PowerShell.Commands.Utility",
        "Microsoft.PowerShell.Security",
    ];

    private readonly string _program;

    private NativeCompiler(string program) => _program = program;

    /// <summary>The target of the code: the platform and the version of .NET.</summary>
    public string Id { get; } = $"{RuntimeInformation.RuntimeIdentifier}-{Environment.Version}";

    /// <summary>The compiler for this machine; <see langword="null"/> where no build has downloaded one.</summary>
    public static NativeCompiler? Find(string packageFolder)
    {
        string package = Path.Combine(packageFolder, $"microsoft.netcore.app.crossgen2.{RuntimeInformation.RuntimeIdentifier}");
        if (!Directory.Exists(package))
            return null;
        // Native code works with all patch versions of one .NET version.
        return Directory.EnumerateDirectories(package)
            .Where(folder => Version.TryParse(Path.GetFileName(folder), out Version? version)
                && version.Major == Environment.Version.Major)
            .OrderByDescending(folder => Version.Parse(Path.GetFileName(folder)))
            .Select(folder => Path.Combine(folder, "tools", OperatingSystem.IsWindows() ? "crossgen2.exe" : "crossgen2"))
            .Where(File.Exists)
            .Select(program => new NativeCompiler(program))
            .FirstOrDefault();
    }

    /// <summary>Replaces the assemblies of a copy by ones with native code. One that can't be compiled stays as it is.</summary>
    public async Task CompileAsync(string source, string copy, CancellationToken cancellationToken)
    {
        string[] references =
            [$"-r:{Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll")}", $"-r:{Path.Combine(source, "*.dll")}"];
        await Parallel.ForEachAsync(Assemblies, cancellationToken, async (name, token) =>
        {
            string native = Path.Combine(copy, $"{name}.native");
            try
            {
                await ChildProcess.RunForSourceAsync(
                    _program, [Path.Combine(source, $"{name}.dll"), $"-o:{native}", "-O", .. references], Deadline, null, token);
                File.Move(native, Path.Combine(copy, $"{name}.dll"), overwrite: true);
            }
            catch (SourceException)
            {
                File.Delete(native);
            }
        });
    }
}
