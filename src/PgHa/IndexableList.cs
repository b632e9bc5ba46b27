using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>Makes lists that PowerShell can index.</summary>
/// <remarks>
/// For a collection expression of an interface type, the compiler makes a type of its own. PowerShell does not find its
/// elements: <c>$status.Standbys[1]</c> would be empty.
/// </remarks>
internal static class IndexableList
{
    /// <summary>The same elements, in an array if need be.</summary>
    [return: NotNullIfNotNull(nameof(list))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? list) => list is null or T[] or List<T> ? list : list.ToArray();
}
