using System.Globalization;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>Reads what <see cref="SshScripts.Processes"/> prints.</summary>
internal static class RemoteProcesses
{
    private const string Deleted = " (deleted)";

    /// <summary>Every process that has a command line: all but the kernel's threads.</summary>
    public static IReadOnlyList<HostProcess> Read(string text)
    {
        int position = 0;
        ILookup<int, string> arguments = Pairs(text, ref position).ToLookup(pair => Id(pair.Key), pair => pair.Value);
        ILookup<int, string> states =
            Lines(text, ref position).ToLookup(Id, line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var links = Pairs(text, ref position).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var users = Lines(text, ref position).Select(line => line.Split(' ', 2)).ToDictionary(user => user[0], user => user[1]);
        return
        [
            .. from process in arguments
               let parent = Field(states[process.Key], "PPid")
               let user = Field(states[process.Key], "Uid")?.Split('\t') is [_, var effective, ..] ? effective : null
               where parent is not null && user is not null
               select new HostProcess(
                   process.Key, int.Parse(parent, CultureInfo.InvariantCulture),
                   users.GetValueOrDefault(user) is { Length: > 0 } name ? name : user, string.Join(' ', process).TrimEnd())
               {
                   Program = links.GetValueOrDefault($"{process.Key}/exe") is { Length: > 0 } program
                       ? ProgramName(program)
                       : Field(states[process.Key], "Name"),
                   WorkingDirectory = links.GetValueOrDefault($"{process.Key}/cwd") is { Length: > 0 } directory ? directory : null,
               },
        ];
    }

    private static string ProgramName(string path)
    {
        path = path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private static int Id(string file) => int.Parse(file[..file.IndexOf('/', StringComparison.Ordinal)], CultureInfo.InvariantCulture);

    private static string? Field(IEnumerable<string> fields, string name) =>
        fields.FirstOrDefault(field => field.StartsWith($"{name}:\t", StringComparison.Ordinal))?[(name.Length + 2)..];

    // Up to an empty pair.
    private static List<KeyValuePair<string, string>> Pairs(string text, ref int position)
    {
        List<KeyValuePair<string, string>> pairs = [];
        while (true)
        {
            string key = Until('\0', text, ref position);
            string value = Until('\0', text, ref position);
            if (key.Length == 0)
                return pairs;
            pairs.Add(new(key, value));
        }
    }

    // Up to an empty line, or the end.
    private static List<string> Lines(string text, ref int position)
    {
        List<string> lines = [];
        while (Until('\n', text, ref position) is { Length: > 0 } line)
            lines.Add(line);
        return lines;
    }

    private static string Until(char end, string text, ref int position)
    {
        int start = position;
        int found = text.IndexOf(end, start);
        position = found < 0 ? text.Length : found + 1;
        return text[start..(found < 0 ? text.Length : found)];
    }
}
