using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>How far a base backup is, as <c>pg_basebackup --progress</c> prints it.</summary>
/// <param name="DoneKilobytes">What has been received.</param>
/// <param name="TotalKilobytes">What the server estimated at the start; the estimate grows when more comes.</param>
/// <param name="Tablespace">How many tablespaces are complete.</param>
/// <param name="Tablespaces">How many there are, the data directory's own included.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
public sealed partial record BaseBackupProgress(long DoneKilobytes, long TotalKilobytes, int Tablespace, int Tablespaces)
{
    /// <summary>0 to 100.</summary>
    public int Percent => TotalKilobytes <= 0 ? 0 : (int)Math.Clamp(DoneKilobytes * 100 / TotalKilobytes, 0, 100);

    /// <summary>Reads a line such as <c>31250/80000 kB (39%), 0/1 tablespace</c>; <see langword="null"/> for any other line.</summary>
    public static BaseBackupProgress? Parse(string line)
    {
        Match match = Line().Match(line);
        return match.Success
            ? new BaseBackupProgress(Number(match, 1), Number(match, 2), (int)Number(match, 3), (int)Number(match, 4))
            : null;
    }

    /// <summary><c>30.5 of 78.1 MB, tablespace 1 of 2</c>.</summary>
    public override string ToString()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{DoneKilobytes / 1024.0:F1} of {TotalKilobytes / 1024.0:F1} MB");
        return Tablespaces > 1 ? $"{text}, tablespace {Math.Min(Tablespace + 1, Tablespaces)} of {Tablespaces}" : text;
    }

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(\d{1,15})/\s*(\d{1,15}) kB \(\d+%\), (\d{1,6})/(\d{1,6}) tablespaces?")]
    private static partial Regex Line();
}
