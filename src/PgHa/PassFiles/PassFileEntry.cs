using System.Text;

namespace PgHa;

/// <summary>A line of a password file. The password is held, never shown.</summary>
public sealed class PassFileEntry
{
    private const int FieldCount = 5;

    private readonly string _password;

    /// <summary>A password and what it is for.</summary>
    public PassFileEntry(PassFileKey key, string password) => (Key, _password) = (key, password);

    /// <summary>What the password is for.</summary>
    public PassFileKey Key { get; }

    /// <summary>Reads <c>host:port:database:user:password</c>, in which <c>\:</c> and <c>\\</c> are a colon and a backslash.</summary>
    /// <exception cref="MalformedTextException">A field is missing; the message says where, and shows no part of the text.</exception>
    public static PassFileEntry Parse(string text) =>
        Read(text) ?? throw new MalformedTextException(
            "password file entry", Secrets.Mask, text.Length, "expected host:port:database:user:password");

    /// <summary>The line with the password masked.</summary>
    public override string ToString() => $"{Key}:{Secrets.Mask}";

    /// <summary>The password, for the driver and nobody else.</summary>
    internal string RevealPassword() => _password;

    internal bool HasPasswordOf(PassFileEntry other) => _password == other._password;

    /// <summary>The line as the file has it. A leading <c>#</c> is escaped, because it would begin a comment.</summary>
    /// <exception cref="MalformedTextException">A field holds a line break or a NUL character, which a password file can't.</exception>
    internal string ToLine()
    {
        string line = $"{Key}:{PassFileKey.Escape(_password)}";
        int position = line.AsSpan().IndexOfAny('\r', '\n', '\0');
        if (position >= 0)
        {
            throw new MalformedTextException(
                "password file entry", Secrets.Mask, position,
                "a field cannot hold a line break or a NUL character");
        }

        return line.StartsWith('#') ? @"\" + line : line;
    }

    /// <summary>
    /// The entry of a line; <see langword="null"/> if libpq passes over it, as it does over comments
    /// and lines with too few fields.
    /// </summary>
    internal static PassFileEntry? Read(string line)
    {
        if (line.StartsWith('#'))
            return null;

        List<string> fields = [];
        StringBuilder field = new();
        for (int i = 0; i < line.Length && fields.Count < FieldCount; i++)
        {
            if (line[i] == ':')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                if (line[i] == '\\' && i + 1 < line.Length)
                    i++;
                field.Append(line[i]);
            }
        }

        // libpq ends the password at the next colon that is not escaped.
        if (fields.Count < FieldCount)
            fields.Add(field.ToString());
        return fields.Count == FieldCount
            ? new PassFileEntry(new PassFileKey(fields[0], fields[1], fields[2], fields[3]), fields[4])
            : null;
    }
}
