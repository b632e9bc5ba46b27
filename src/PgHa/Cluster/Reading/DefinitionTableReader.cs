namespace PgHa;

/// <summary>Reads the values of one table by their names, and notes at the end which names were never read.</summary>
internal sealed class DefinitionTableReader
{
    private readonly DefinitionReadings _readings;
    private readonly DefinitionTable _table;
    private readonly string _place;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A reader of a table. If the value is not a table, the reader notes a problem and finds nothing.</summary>
    public DefinitionTableReader(DefinitionValue value, string place, DefinitionReadings readings)
    {
        _readings = readings;
        _place = place;
        if (value is DefinitionTable table)
        {
            _table = table;
            IsReadable = true;
            foreach (IGrouping<string, DefinitionEntry> entries in table.Entries.GroupBy(
                entry => entry.Key, StringComparer.OrdinalIgnoreCase))
            {
                _readings.Locate(PlaceOf(entries.Key), entries.Last().Line);
                if (entries.Count() > 1)
                    Add(entries.Key, "given more than once");
            }
        }
        else
        {
            _table = new DefinitionTable([]);
            _readings.Add(place, "should be a table of names and values");
        }
    }

    /// <summary>Whether there is a table at all.</summary>
    public bool IsReadable { get; }

    /// <summary>Notes a problem with a name's value.</summary>
    public void Add(string key, string text) => _readings.Add(PlaceOf(key), text);

    /// <summary>A single value.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="absent">The result if the value is not given.</param>
    /// <param name="unreadable">The result if the value cannot be parsed; it must cause no further problems.</param>
    /// <param name="parse">Parses the value.</param>
    public T Value<T>(string key, T absent, T unreadable, Func<object, T> parse) =>
        ValueOf(key) is { } value ? Parsed(PlaceOf(key), value, unreadable, parse) : absent;

    /// <summary>A text; <see langword="null"/> if none is given.</summary>
    public string? Text(string key) => Value<string?>(key, null, "", DefinitionScalars.Text);

    /// <summary>A required text. If it is missing, a problem is noted and the result is empty.</summary>
    public string Required(string key)
    {
        if (ValueOf(key) is null)
            Add(key, "is missing");
        return Text(key) ?? "";
    }

    /// <summary>The values of a list, each with its place; a single value is a list of one.</summary>
    public IEnumerable<(DefinitionValue Value, string Place)> Items(string key)
    {
        DefinitionValue? value = ValueOf(key);
        IReadOnlyList<DefinitionValue> items = value is DefinitionList list ? list.Items : value is null ? [] : [value];
        for (int i = 0; i < items.Count; i++)
        {
            string place = $"{PlaceOf(key)}[{i}]";
            _readings.Locate(place, items[i].Line);
            yield return (items[i], place);
        }
    }

    /// <summary>The single values of a list.</summary>
    public IReadOnlyList<T> List<T>(string key, Func<object, T> parse)
        where T : class =>
        Items(key).Select(item => Parsed<T?>(item.Place, item.Value, null, parse)).OfType<T>().ToArray();

    /// <summary>A table of single values with any names.</summary>
    public IReadOnlyDictionary<string, string> Dictionary(string key, Func<object, string> parse)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        if (ValueOf(key) is not { } value)
            return values;
        DefinitionTableReader entries = new(value, PlaceOf(key), _readings);
        foreach (DefinitionEntry entry in entries._table.Entries)
        {
            string place = entries.PlaceOf(entry.Key);
            if (entry.Value is DefinitionScalar { Value: null })
                _readings.Add(place, "has no value");
            else if (Parsed<string?>(place, entry.Value, null, parse) is { } text)
                values[entry.Key] = text;
        }

        return values;
    }

    /// <summary>A reader of the table at a place.</summary>
    public DefinitionTableReader Table(DefinitionValue value, string place) => new(value, place, _readings);

    /// <summary>Notes a problem for each name that was never read.</summary>
    /// <param name="hints">The texts for names that people are likely to try.</param>
    public void RefuseOthers(IReadOnlyDictionary<string, string>? hints = null)
    {
        foreach (DefinitionEntry entry in _table.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            string? hint = hints?.FirstOrDefault(one => one.Key.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)).Value;
            IReadOnlyList<string> nearest = NearestNames.Of(entry.Key, _known);
            Add(entry.Key, hint ?? (nearest.Count > 0
                ? $"nothing has this name; {string.Join(" or ", nearest)} may be meant"
                : $"nothing has this name; there are {string.Join(", ", _known)}"));
        }
    }

    private string PlaceOf(string key) => _place.Length == 0 ? key : $"{_place}.{key}";

    private DefinitionValue? ValueOf(string key)
    {
        _known.Add(key);
        DefinitionValue? value = _table.Entries.LastOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase))?.Value;
        return value is DefinitionScalar { Value: null } ? null : value;
    }

    private T Parsed<T>(string place, DefinitionValue value, T unreadable, Func<object, T> parse)
    {
        try
        {
            return parse(value switch
            {
                DefinitionScalar { Value: { } one } => one,
                DefinitionScalar => throw new FormatException("has no value"),
                DefinitionList => throw new FormatException("should be one value, not a list"),
                _ => throw new FormatException("should be one value, not a table"),
            });
        }
        catch (Exception e) when (e is FormatException or PgHaException)
        {
            string advice = e is PgHaException { Advice: { } next } ? $" ({char.ToLowerInvariant(next[0])}{next[1..].TrimEnd('.')})" : "";
            _readings.Add(place, e.Message.TrimEnd('.') + advice);
            return unreadable;
        }
    }
}
