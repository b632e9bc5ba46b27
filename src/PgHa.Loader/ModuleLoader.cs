using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace PgHa.Loading;

/// <summary>Loads the assembly of the cmdlets for PgHa.psm1.</summary>
/// <remarks>
/// It is compiled, because each .NET call in the script slows the import down by milliseconds (a script that did all of this took
/// three times as long). Besides, a static field makes all runspaces of a process share one context. The JIT compiles this code
/// at each import, so it avoids generics, the text of enums and the like.
/// </remarks>
public static class ModuleLoader
{
    private static readonly string Directory = Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!;
    private static readonly object Loading = new();
    private static Assembly? Commands;

    /// <summary>The assembly of the cmdlets, in a context of its own.</summary>
    /// <param name="directory">The directory of the module.</param>
    /// <exception cref="InvalidOperationException">
    /// The process has loaded the loader of another copy of the module before, and .NET cannot replace it.
    /// </exception>
    public static Assembly LoadCommands(string directory)
    {
        if (!string.Equals(Path.GetFullPath(directory), Directory, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"This process has loaded PgHa from '{Directory}' already. Start a new pwsh to use the one in '{directory}'.");
        }

        lock (Loading)
            return Commands ??= Load();
    }

    private static Assembly Load()
    {
        string native = Path.Combine(Directory, Platform);
        string directory = File.Exists(Path.Combine(native, "PgHa.dll")) ? native : Directory;
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(directory, "PgHa.dll"));
        return new PrivateLoadContext(Path.Combine(directory, "private")).LoadFromAssemblyName(new AssemblyName("PgHa.Commands"));
    }

    // Under this name AheadOfTime.targets puts a copy of the module with native code.
    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64"
            : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "x64"
            : "other");
}
