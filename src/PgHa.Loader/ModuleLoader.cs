using System.Reflection;
using System.Runtime.Loader;

namespace PgHa.Loading;

/// <summary>Loads the cmdlets for PgHa.psm1, which has nothing else to ask.</summary>
/// <remarks>
/// Compiled, because a script that loads the assemblies one by one costs an import 20 to 40 ms more; and the lock
/// around a static field is what holds several runspaces of a process to one context.
/// </remarks>
public static class ModuleLoader
{
    private static readonly Lazy<Assembly> Loaded = new(Load);

    /// <summary>The assembly of the cmdlets, in a context of its own.</summary>
    public static Assembly Commands => Loaded.Value;

    private static Assembly Load()
    {
        string directory = Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!;
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(directory, "PgHa.dll"));
        return new PrivateLoadContext(Path.Combine(directory, "private")).LoadFromAssemblyName(new AssemblyName("PgHa.Commands"));
    }
}
