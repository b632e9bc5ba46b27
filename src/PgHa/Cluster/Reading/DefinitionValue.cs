namespace PgHa;

/// <summary>
/// A part of a definition as it was written, before it is interpreted: the common form of hashtables, <c>.psd1</c> and JSON files.
/// </summary>
/// <param name="Line">The line it begins on, from 1; 0 where it was no file.</param>
internal abstract record DefinitionValue(int Line);

/// <summary>Named values: a hashtable, or a JSON object.</summary>
internal sealed record DefinitionTable(IReadOnlyList<DefinitionEntry> Entries, int Line = 0) : DefinitionValue(Line);

/// <summary>A name in a table, and its value.</summary>
/// <param name="Key">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="Line">The line of the name.</param>
internal sealed record DefinitionEntry(string Key, DefinitionValue Value, int Line = 0);

/// <summary>Values in their order.</summary>
internal sealed record DefinitionList(IReadOnlyList<DefinitionValue> Items, int Line = 0) : DefinitionValue(Line);

/// <summary>
/// A single value: text, a number, a Boolean, or an object that a script put there; <see langword="null"/> counts as absent.
/// </summary>
internal sealed record DefinitionScalar(object? Value, int Line = 0) : DefinitionValue(Line);
