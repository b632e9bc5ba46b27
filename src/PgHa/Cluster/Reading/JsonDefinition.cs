using System.Text;
using System.Text.Json;

namespace PgHa;

/// <summary>Reads the parts of a definition from JSON; comments and trailing commas are allowed.</summary>
internal static class JsonDefinition
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The parts, each with its line.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="source">Its file, for the message.</param>
    /// <exception cref="PgHaException"><c>InvalidClusterDefinition</c>: it is no JSON; the message says where.</exception>
    public static DefinitionValue Parse(string text, string? source = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Utf8JsonReader reader = new(bytes, Options);
        LineCounter lines = new(bytes);
        try
        {
            reader.Read();
            DefinitionValue value = Value(ref reader, lines);
            reader.Read(); // fails where more follows
            return value;
        }
        catch (JsonException e)
        {
            throw InvalidDefinition.Of(source, (int)(e.LineNumber ?? 0) + 1, $"this is no JSON: {Reason(e)}");
        }
    }

    private static DefinitionValue Value(ref Utf8JsonReader reader, LineCounter lines)
    {
        int line = lines.LineOf(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => new DefinitionTable(Entries(ref reader, lines), line),
            JsonTokenType.StartArray => new DefinitionList(Items(ref reader, lines), line),
            JsonTokenType.Number => new DefinitionScalar(reader.TryGetInt64(out long whole) ? (object)whole : reader.GetDouble(), line),
            JsonTokenType.True => new DefinitionScalar(true, line),
            JsonTokenType.False => new DefinitionScalar(false, line),
            JsonTokenType.Null => new DefinitionScalar(null, line),
            _ => new DefinitionScalar(reader.GetString(), line),
        };
    }

    private static List<DefinitionEntry> Entries(ref Utf8JsonReader reader, LineCounter lines)
    {
        List<DefinitionEntry> entries = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            int line = lines.LineOf(reader.TokenStartIndex);
            reader.Read();
            entries.Add(new DefinitionEntry(key, Value(ref reader, lines), line));
        }

        return entries;
    }

    private static List<DefinitionValue> Items(ref Utf8JsonReader reader, LineCounter lines)
    {
        List<DefinitionValue> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(Value(ref reader, lines));
        return items;
    }

    // The position that .NET appends counts lines from 0.
    private static string Reason(JsonException e)
    {
        int position = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (position < 0 ? e.Message : e.Message[..position]).TrimEnd('.');
    }

    /// <summary>Finds the lines of positions that never decrease.</summary>
    private sealed class LineCounter(byte[] bytes)
    {
        private long _position;
        private int _line = 1;

        public int LineOf(long position)
        {
            for (; _position < position; _position++)
            {
                if (bytes[_position] == '\n')
                    _line++;
            }

            return _line;
        }
    }
}
