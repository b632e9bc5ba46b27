using System.Reflection;
using System.Runtime.Loader;

namespace PgHa.Loading;

/// <summary>Has its own copy of every assembly in a directory, whatever versions other modules have loaded, and shares the rest.</summary>
internal sealed class PrivateLoadContext(string directory) : AssemblyLoadContext("PgHa")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(directory, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
