using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>A service of Windows that runs a server, as <c>pg_ctl register</c> and the installers make it.</summary>
/// <param name="Name">Its name, such as <c>postgresql-x64-17</c>.</param>
/// <param name="DataDirectory">The data directory on its command line.</param>
/// <param name="Start">What starts it.</param>
/// <remarks>
/// It is read from what <c>reg.exe</c> and <c>sc.exe</c> print. Their titles are in the language of the system, so only names and numbers
/// are read. See <see href="https://www.postgresql.org/docs/current/app-pg-ctl.html">pg_ctl register</see>.
/// </remarks>
internal sealed partial record WindowsService(string Name, string DataDirectory, WindowsServiceStart Start)
{
    /// <summary>Where the registry has the services.</summary>
    public const string RegistryKey = @"HKLM\SYSTEM\CurrentControlSet\Services";

    /// <summary>
    /// Reads what <c>reg query HKLM\SYSTEM\CurrentControlSet\Services /s</c> prints: the services whose command is
    /// <c>pg_ctl runservice</c> with a data directory.
    /// </summary>
    public static IReadOnlyList<WindowsService> Parse(string output)
    {
        List<WindowsService> services = [];
        string? name = null, command = null, start = null;
        foreach (string line in output.ReplaceLineEndings("\n").Split('\n').Append("HKEY_"))
        {
            if (line.StartsWith("HKEY_", StringComparison.Ordinal))
            {
                if (name is not null && command is not null && DirectoryOf(command) is { } directory)
                    services.Add(new WindowsService(name, directory, StartOf(start)));
                (name, command, start) = (ServiceKey().Match(line) is { Success: true } key ? key.Groups["name"].Value : null, null, null);
            }
            else if (Value().Match(line) is { Success: true } value)
            {
                if (value.Groups["name"].Value == "ImagePath")
                    command = value.Groups["value"].Value.Trim();
                else
                    start = value.Groups["value"].Value.Trim();
            }
        }

        return services;
    }

    /// <summary>Reads what <c>sc.exe query NAME</c> prints; <see langword="null"/> if it tells no state.</summary>
    public static WindowsServiceState? StateIn(string output)
    {
        if (State().Match(output) is not { Success: true } match)
            return null;
        var state = (WindowsServiceState)int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        return Enum.IsDefined(state) ? state : null;
    }

    /// <summary><c>Windows service postgresql-x64-17</c>.</summary>
    public override string ToString() => $"Windows service {Name}";

    private static string? DirectoryOf(string command) =>
        RunService().IsMatch(command) && DirectoryOption().Match(command) is { Success: true } match
            ? match.Groups["path"].Value.Trim().TrimEnd('\\', '/')
            : null;

    // "0x2"; a driver is started earlier, and is no server.
    private static WindowsServiceStart StartOf(string? value) => value switch
    {
        "0x2" => WindowsServiceStart.Automatic,
        "0x4" => WindowsServiceStart.Disabled,
        _ => WindowsServiceStart.Manual,
    };

    // Only a service's own key, none of the keys below it.
    [GeneratedRegex(@"\\Services\\(?<name>[^\\]+?)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ServiceKey();

    [GeneratedRegex(@"^\s+(?<name>ImagePath|Start)\s+REG_[A-Z_]+\s+(?<value>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex(@"pg_ctl(?:\.exe)?""?\s+runservice\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RunService();

    [GeneratedRegex(@"\s-D\s*(?:""(?<path>[^""]+)""|(?<path>\S+))", RegexOptions.CultureInvariant)]
    private static partial Regex DirectoryOption();

    // The words are the same in every language, unlike the titles before them.
    [GeneratedRegex(@":\s*(?<number>\d)\s+(?:STOPPED|(?:START|STOP|CONTINUE|PAUSE)_PENDING|RUNNING|PAUSED)", RegexOptions.CultureInvariant)]
    private static partial Regex State();
}

/// <summary>What starts a service of Windows; the numbers are the registry's.</summary>
internal enum WindowsServiceStart
{
    /// <summary>Windows, at boot.</summary>
    Automatic = 2,

    /// <summary>An administrator.</summary>
    Manual = 3,

    /// <summary>Nobody: Windows refuses to start it.</summary>
    Disabled = 4,
}

/// <summary>What a service of Windows does; the numbers are those of Windows.</summary>
internal enum WindowsServiceState
{
    /// <summary>It does not run.</summary>
    Stopped = 1,

    /// <summary>It is being started.</summary>
    StartPending = 2,

    /// <summary>It is being stopped.</summary>
    StopPending = 3,

    /// <summary>It runs.</summary>
    Running = 4,
}
