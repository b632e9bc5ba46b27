using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>The file that a server archives when a base backup is complete (<c>….backup</c>): where and when it ended.</summary>
/// <param name="EndLsn">From where on the backup's data is consistent.</param>
/// <param name="EndTime">When the backup ended; <see langword="null"/> if the file gives the server's time zone by name only.</param>
/// <remarks>
/// A standby archives no such file for a backup taken from it. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-BASE-BACKUP">Making a Base
/// Backup</see>.
/// </remarks>
public sealed partial record BackupHistoryFile(Lsn EndLsn, DateTimeOffset? EndTime)
{
    /// <summary>Reads the file; <see langword="null"/> if it is none.</summary>
    public static BackupHistoryFile? TryParse(string text) =>
        StopLocation().Match(text) is { Success: true } stop && Lsn.TryParse(stop.Groups[1].Value, null, out Lsn end)
            ? new BackupHistoryFile(
                end,
                StopTime().Match(text) is { Success: true } time
                    ? Time(time.Groups[1].Value, time.Groups[2].Value)
                    : null)
            : null;

    private static DateTimeOffset? Time(string time, string zone)
    {
        string? offset = zone is "UTC" or "GMT" ? "+00" : zone is ['+' or '-', ..] ? zone : null;
        return offset is not null
            && DateTimeOffset.TryParseExact(
                $"{time} {offset}", ["yyyy-MM-dd HH:mm:ss zz", "yyyy-MM-dd HH:mm:ss zzz"],
                CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset parsed)
                ? parsed
                : null;
    }

    [GeneratedRegex(@"^STOP WAL LOCATION: ([0-9A-F]+/[0-9A-F]+) \(file ", RegexOptions.Multiline)]
    private static partial Regex StopLocation();

    [GeneratedRegex(@"^STOP TIME: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S+)", RegexOptions.Multiline)]
    private static partial Regex StopTime();
}
