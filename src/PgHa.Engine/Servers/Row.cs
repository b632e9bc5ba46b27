using Npgsql;
using NpgsqlTypes;

namespace PgHa.Engine.Servers;

/// <summary>A row of a result, read by column name; NULL is <see langword="null"/> or the type's default.</summary>
public readonly struct Row
{
    private readonly NpgsqlDataReader _reader;

    internal Row(NpgsqlDataReader reader) => _reader = reader;

    /// <summary>A column of a built-in type as the driver gives it.</summary>
    public T? Get<T>(string column)
    {
        int ordinal = _reader.GetOrdinal(column);
        return _reader.IsDBNull(ordinal) ? default : _reader.GetFieldValue<T>(ordinal);
    }

    /// <summary>A text column.</summary>
    public string? Text(string column) => Get<string>(column);

    /// <summary>A position, selected as <c>::text</c>.</summary>
    public Lsn? Lsn(string column) => Text(column) is { } text ? PgHa.Lsn.Parse(text) : null;

    // For a million rows: reading by index avoids looking up the name and parsing text for each row.
    /// <summary>A column that is not NULL, by its index.</summary>
    public T At<T>(int index) => _reader.GetFieldValue<T>(index);

    /// <summary>A position that is not NULL, by its index, selected as it is.</summary>
    public Lsn LsnAt(int index) => new((ulong)_reader.GetFieldValue<NpgsqlLogSequenceNumber>(index));

    /// <summary>All columns in their order, as types of .NET's own or of PgHa.</summary>
    public IReadOnlyDictionary<string, object?> Values()
    {
        // The names of columns need not be unique; the last one wins, as everywhere in PowerShell.
        Dictionary<string, object?> values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _reader.FieldCount; i++)
        {
            values[_reader.GetName(i)] = _reader.IsDBNull(i) ? null : _reader.GetValue(i) switch
            {
                NpgsqlLogSequenceNumber lsn => new Lsn((ulong)lsn),
                var value => value,
            };
        }

        return values;
    }

    /// <summary>A duration of an <c>interval</c> column without months.</summary>
    public TimeSpan? Interval(string column) => Get<TimeSpan?>(column);
}
