using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Reads what <c>systemctl show</c> prints.</summary>
/// <remarks>See <see href="https://www.freedesktop.org/software/systemd/man/latest/systemctl.html">systemctl</see>.</remarks>
internal static partial class ServiceUnitParser
{
    /// <summary>The units of an output, in their order; systemd separates them by empty lines.</summary>
    public static IReadOnlyList<ServiceUnit> Parse(string output) =>
    [
        .. output.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(Properties)
            .Where(properties => properties.ContainsKey("Id"))
            .Select(Unit),
    ];

    private static Dictionary<string, string> Properties(string block)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in block.Split('\n'))
        {
            // A property with several commands has a line for each; the first one is the server's.
            if (line.Split('=', 2) is [var name, var value])
                properties.TryAdd(name, value.Trim());
        }

        return properties;
    }

    private static ServiceUnit Unit(Dictionary<string, string> properties)
    {
        string Text(string name) => properties.GetValueOrDefault(name, "");
        return new ServiceUnit
        {
            Id = Text("Id"),
            IsLoaded = Text("LoadState") == "loaded",
            ActiveState = Text("ActiveState"),
            Result = Text("Result"),
            Type = Text("Type"),
            MainPid = Number(Text("MainPID")) is > 0 and { } pid ? pid : null,
            PidFile = Text("PIDFile") is { Length: > 0 } file ? file : null,
            UnitFileState = Text("UnitFileState"),
            Restart = Text("Restart"),
            RestartDelay = Duration(Text("RestartUSec")),
            KillMode = Text("KillMode"),
            KillSignal = Number(Text("KillSignal")) ?? 0,
            HasStopCommand = Text("ExecStop").Length > 0,
            DataDirectory = DirectoryOf(Text("ExecStart"), Text("Environment")),
        };
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    // Such as "100ms", "5s" or "1min 30s"; "infinity" is no duration.
    private static TimeSpan? Duration(string text)
    {
        MatchCollection parts = DurationPart().Matches(text);
        return parts.Count == 0 ? null : parts.Aggregate(TimeSpan.Zero, (sum, part) =>
        {
            double count = double.Parse(part.Groups["count"].Value, CultureInfo.InvariantCulture);
            return sum + part.Groups["unit"].Value switch
            {
                "us" => TimeSpan.FromMicroseconds(count),
                "ms" => TimeSpan.FromMilliseconds(count),
                "s" => TimeSpan.FromSeconds(count),
                "min" => TimeSpan.FromMinutes(count),
                "h" => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            };
        });
    }

    // systemd prints the words of a command without quotes. So a path is read up to the next option, or to the end.
    private static string? DirectoryOf(string command, string environment)
    {
        string? fromEnvironment = PgData().Match(environment) is { Success: true } variable ? Path(variable) : null;
        return Arguments().Match(command) is not { Success: true } arguments
                || DirectoryOption().Match(arguments.Groups["words"].Value) is not { Success: true } option ? fromEnvironment
            : Path(option) is { } path && path.StartsWith('/') ? path
            : fromEnvironment;
    }

    private static string Path(Match match) => match.Groups["path"].Value.TrimEnd('/');

    [GeneratedRegex(@"(?<count>\d+(?:\.\d+)?)(?<unit>us|ms|s|min|h|d)\b", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPart();

    [GeneratedRegex(@"argv\[\]=(?<words>.*?) ; ", RegexOptions.CultureInvariant)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"\s(?:-D|--pgdata[= ])\s*(?<path>\S.*?)(?=\s+-|\s+(?:start|stop)\b|\s*$)", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryOption();

    [GeneratedRegex("""(?:^|[\s"'])PGDATA=(?<path>[^\s"']+)""", RegexOptions.CultureInvariant)]
    private static partial Regex PgData();
}
