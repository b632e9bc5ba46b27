using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>Lists as PowerShell can index them.</summary>
/// <remarks>
/// What the compiler makes of a collection expression for an interface is of a type of its own, whose elements PowerShell
/// does not find: <c>$status.Standbys[1]</c> would be nothing at all.
/// </remarks>
internal static class IndexableList
{
    /// <summary>The same elements, in an array if need be.</summary>
    [return: NotNullIfNotNull(nameof(list))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? list) => list is null or T[] or List<T> ? list : list.ToArray();
}
