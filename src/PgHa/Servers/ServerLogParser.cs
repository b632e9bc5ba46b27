using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Reads the text of a server's log, line by line, into entries.</summary>
/// <remarks>
/// The format is that of <c>log_destination = stderr</c>. A line that begins with a tab continues the one before. A line
/// without the prefix is the output of a program that the server ran; it is an entry of its own. If <c>lc_messages</c> has
/// another language than English, every entry counts as <see cref="LogSeverity.Log"/>.
/// </remarks>
public sealed partial class ServerLogParser(PgInstance server, LogLinePrefix prefix)
{
    private ServerLogEntry? _entry;
    private string _field = "";

    /// <summary>The entries of a text; later text may continue the last one.</summary>
    public static IEnumerable<ServerLogEntry> Parse(PgInstance server, LogLinePrefix prefix, string text)
    {
        var parser = new ServerLogParser(server, prefix);
        foreach (string line in text.Split('\n'))
        {
            if (parser.Add(line.TrimEnd('\r')) is { } entry)
                yield return entry;
        }

        if (parser.Finish() is { } last)
            yield return last;
    }

    /// <summary>Takes the next line; returns the entry before it, if the line begins another one.</summary>
    public ServerLogEntry? Add(string line)
    {
        if (line.StartsWith('\t') && _entry is not null)
        {
            Continue(line[1..]);
            return null;
        }

        bool hasPrefix = prefix.TryRead(line, out int length, out DateTimeOffset? time, out int? processId);
        Match match = hasPrefix ? Labelled().Match(line, length, line.Length - length) : Match.Empty;
        if (match.Success && SetField(match.Groups["label"].Value, match.Groups["text"].Value))
            return null;
        if (line.Length == 0)
            return null;

        ServerLogEntry? before = _entry;
        _field = "";
        _entry = match.Success
            ? new()
            {
                Server = server,
                Time = time,
                ProcessId = processId,
                Severity = SeverityOf(match.Groups["label"].Value),
                Message = match.Groups["text"].Value,
            }
            : new() { Server = server, Time = before?.Time, Message = line };
        return before;
    }

    /// <summary>The last entry, which no further line has ended.</summary>
    public ServerLogEntry? Finish()
    {
        ServerLogEntry? last = _entry;
        _entry = null;
        return last;
    }

    private void Continue(string text) => _entry = _field switch
    {
        "DETAIL" => _entry! with { Detail = $"{_entry.Detail}\n{text}" },
        "HINT" => _entry! with { Hint = $"{_entry.Hint}\n{text}" },
        "CONTEXT" => _entry! with { Context = $"{_entry.Context}\n{text}" },
        "STATEMENT" => _entry! with { Statement = $"{_entry.Statement}\n{text}" },
        "" => _entry! with { Message = $"{_entry.Message}\n{text}" },
        _ => _entry,
    };

    // The lines of an entry follow each other: the server writes them at once.
    private bool SetField(string label, string text)
    {
        if (_entry is null)
            return false;
        ServerLogEntry? extended = label switch
        {
            "DETAIL" => _entry with { Detail = text },
            "HINT" => _entry with { Hint = text },
            "CONTEXT" => _entry with { Context = text },
            "STATEMENT" => _entry with { Statement = text },
            "QUERY" or "LOCATION" or "BACKTRACE" => _entry,
            _ => null,
        };
        if (extended is null)
            return false;
        _entry = extended;
        _field = label;
        return true;
    }

    private static LogSeverity SeverityOf(string label) =>
        label.StartsWith("DEBUG", StringComparison.Ordinal) ? LogSeverity.Debug
        : Enum.TryParse(label, ignoreCase: true, out LogSeverity severity) ? severity
        : LogSeverity.Log;

    // Two blanks follow the label, one of them the server's own.
    [GeneratedRegex(@"\G(?<label>\w+):  (?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Labelled();
}
