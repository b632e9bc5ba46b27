using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace PgHa.Loading;

/// <summary>Loads the module's assemblies, before PowerShell looks for the cmdlets.</summary>
/// <remarks>
/// The manifest names PgHa.Loader.dll first and PgHa.Commands.dll second, so <see cref="OnImport"/> comes before PowerShell loads the
/// cmdlets. .NET gives PowerShell the assembly that this class has loaded, with native code, because the portable assembly that the
/// manifest names is the same version of it. A script in place of the manifest's list made the import more than twice as slow. The JIT
/// compiles this code at each import, so it avoids generics, the text of enums and the like.
/// </remarks>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    private static readonly string Directory = Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!;
    private static readonly object Loading = new();
    private static PrivateLoadContext? Engine;

    /// <summary>Loads the assemblies that scripts see. A static field makes all runspaces of a process share one context.</summary>
    /// <exception cref="InvalidOperationException">The process has loaded another copy of the module before.</exception>
    public void OnImport()
    {
        lock (Loading)
        {
            if (Engine is null)
                Load();
            else
                RequireThisCopy();
        }
    }

    // .NET cannot replace the first copy, so the module would run its cmdlets. PowerShell tells an initializer nothing about the module
    // that it imports, but a script of this session state does.
    private static void RequireThisCopy()
    {
        string loaded = Path.GetDirectoryName(Directory)!;
        foreach (PSObject imported in ScriptBlock.Create("$ExecutionContext.SessionState.Module.ModuleBase").Invoke())
        {
            if (!string.Equals(Path.GetFullPath(imported.ToString()), loaded, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException(
                    $"This process has loaded PgHa from '{loaded}' already. Start a new pwsh to use the one in '{imported}'.");
            }
        }
    }

    private static void Load()
    {
        string native = Path.Combine(Directory, Platform);
        string directory = File.Exists(Path.Combine(native, "PgHa.dll")) ? native : Directory;
        Engine = new PrivateLoadContext(Path.Combine(directory, "private"));
        AssemblyLoadContext.Default.Resolving += Resolve;
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(directory, "PgHa.dll"));
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(directory, "PgHa.Commands.dll"));
    }

    // The cmdlets need the engine. Nobody gets Npgsql from here, so another module's Npgsql never meets ours.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == "PgHa.Engine" ? Engine!.LoadFromAssemblyName(name) : null;

    // Under this name AheadOfTime.targets puts a copy of the module with native code.
    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64"
            : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "x64"
            : "other");
}
