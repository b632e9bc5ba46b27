using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>The parts of a definition that a script made: hashtables, arrays, and what <c>ConvertFrom-Json</c> makes of JSON.</summary>
internal static class ObjectDefinition
{
    /// <summary>The parts.</summary>
    public static DefinitionValue Of(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Of(wrapped.BaseObject),
        // A hashtable has no order. Sorting keeps the order of the reported problems stable.
        Hashtable table => Table(table.Cast<DictionaryEntry>().OrderBy(entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase)),
        IDictionary table => Table(table.Cast<DictionaryEntry>()),
        PSObject bag => new DefinitionTable([.. bag.Properties.Select(property => new DefinitionEntry(property.Name, Of(property.Value)))]),
        IEnumerable list and not string => new DefinitionList([.. list.Cast<object?>().Select(Of)]),
        _ => new DefinitionScalar(value),
    };

    private static DefinitionTable Table(IEnumerable<DictionaryEntry> entries) =>
        new([.. entries.Select(entry => new DefinitionEntry(entry.Key.ToString() ?? "", Of(entry.Value)))]);
}
