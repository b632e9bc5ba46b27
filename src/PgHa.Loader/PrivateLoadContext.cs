using System.Reflection;
using System.Runtime.Loader;

namespace PgHa.Loading;

/// <summary>Loads its own copy of each assembly in a directory, whatever other modules have loaded; shares all others.</summary>
internal sealed class PrivateLoadContext(string directory) : AssemblyLoadContext("PgHa")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(directory, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
