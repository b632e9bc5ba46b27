using System.Runtime.InteropServices;

namespace PgHa.Quickstart;

/// <summary>Builds the module, and no more of it than the cluster needs.</summary>
internal static class ModuleBuild
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>Builds it, or finds it built if <paramref name="noBuild"/>.</summary>
    /// <exception cref="QuickstartException">It isn't built.</exception>
    public static async Task<string> RunAsync(string repository, bool noBuild, CancellationToken cancellationToken)
    {
        if (noBuild)
        {
            return File.Exists(Path.Combine(repository, "bin", "PgHa.Commands.dll"))
                ? "as it was built before"
                : throw new QuickstartException("The module isn't built.", "Run again without --no-build.");
        }

        // Native code makes a session's first commands faster, but compiling it takes longer than it saves here. If it exists already,
        // it has to be compiled again, to match the portable assemblies.
        bool hasNative = Directory.Exists(Path.Combine(repository, "bin", RuntimeInformation.RuntimeIdentifier));
        string[] arguments =
        [
            "build", Path.Combine(repository, "src", "PgHa.Commands"), "--nologo", "--verbosity", "quiet",
            "-p:RunAnalyzers=false", $"-p:CompileAheadOfTime={(hasNative ? "true" : "false")}",
        ];
        // The compiler does not run long enough to gain by being compiled again as it was used; without, it takes a fifth less.
        Dictionary<string, string?> environment = new() { ["DOTNET_TieredPGO"] = "0" };
        ProcessResult built = await ChildProcess.RunAsync(
            DotnetProgram.Path, arguments, Deadline, repository, environment, cancellationToken);
        return built.ExitCode == 0
            ? "built"
            : throw new QuickstartException(
                $"The module can't be built.\n{built.Output}{built.Error}".TrimEnd(), "Mend what the build says, and run again.");
    }
}
