using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PgHa;

/// <summary>Writes the parts of a definition as JSON.</summary>
internal static class JsonDefinitionText
{
    // Apostrophes and non-ASCII letters need no escape, because the text is a file of its own, never part of an HTML page.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, with a line break at its end.</summary>
    public static string Of(DefinitionTable parts)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
            Write(writer, parts);
        return Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings() + Environment.NewLine;
    }

    private static void Write(Utf8JsonWriter writer, DefinitionValue value)
    {
        switch (value)
        {
            case DefinitionTable table:
                writer.WriteStartObject();
                foreach (DefinitionEntry entry in table.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case DefinitionList list:
                writer.WriteStartArray();
                foreach (DefinitionValue item in list.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case DefinitionScalar { Value: int number }:
                writer.WriteNumberValue(number);
                break;
            case DefinitionScalar { Value: bool flag }:
                writer.WriteBooleanValue(flag);
                break;
            case DefinitionScalar scalar:
                writer.WriteStringValue((string?)scalar.Value);
                break;
        }
    }
}
