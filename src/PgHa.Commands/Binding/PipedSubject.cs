using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Tells servers, clusters and definitions apart, so that each is bound to its own parameter.</summary>
/// <remarks>
/// After JSON or CliXml an object is only a bag of properties, and the binder would bind it to the first parameter it tries.
/// </remarks>
internal static class PipedSubject
{
    private const string Received = "Deserialized.";

    private static readonly Type[] Subjects = [typeof(PgInstance), typeof(PgCluster), typeof(ClusterDefinition)];

    /// <summary>The type of what an object stands for; <see langword="null"/> where the object does not tell.</summary>
    public static Type? KindOf(object? input) => Unwrapped(input) switch
    {
        null => null,
        PgInstance or PgCluster or ClusterDefinition => Unwrapped(input)!.GetType(),
        string path => IsDefinitionFile(path) ? typeof(ClusterDefinition) : typeof(PgInstance),
        FileInfo file => IsDefinitionFile(file.Name) ? typeof(ClusterDefinition) : null,
        IDictionary table => KindOf(table.Keys.Cast<object>().Select(key => key.ToString() ?? "")),
        IEnumerable => null,
        PSObject bag when Subjects.FirstOrDefault(one => bag.TypeNames.FirstOrDefault() == Received + one.FullName) is { } was => was,
        PSObject bag => KindOf(bag.Properties.Select(property => property.Name)),
        var other => KindOf(PSObject.AsPSObject(other).Properties.Select(property => property.Name)),
    };

    /// <summary>The object itself, without PowerShell's wrapper; a bag of properties is the thing itself.</summary>
    public static object? Unwrapped(object? input) => input is PSObject { BaseObject: not PSCustomObject and var real } ? real : input;

    /// <summary>The word for the type in messages.</summary>
    public static string NameOf(Type kind) =>
        kind == typeof(PgCluster) ? "A cluster" : kind == typeof(ClusterDefinition) ? "The definition of a cluster" : "A server";

    private static Type? KindOf(IEnumerable<string> properties)
    {
        HashSet<string> names = new(properties, StringComparer.OrdinalIgnoreCase);
        string[] ofServers = ["Server", "Instance", nameof(PgInstance.Host), nameof(PgInstance.Port), nameof(PgInstance.DataDirectory)];
        return names.Contains(nameof(PgCluster.Members)) ? typeof(PgCluster)
            : names.Contains(nameof(ClusterDefinition.Nodes)) ? typeof(ClusterDefinition)
            : names.Overlaps(ofServers) ? typeof(PgInstance)
            : null;
    }

    private static bool IsDefinitionFile(string path) =>
        path.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
