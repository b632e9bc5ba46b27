using System.Globalization;

namespace PgHa;

/// <summary>Formats numbers of bytes for people.</summary>
/// <remarks>
/// The units are those of
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE">pg_size_pretty</see>: a
/// <c>kB</c> is 1024 bytes.
/// </remarks>
public static class ByteSize
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>
    /// <c>0 bytes</c>, <c>1.5 kB</c>, <c>16 MB</c>: three significant digits at least, in the
    /// largest unit that leaves 1 or more.
    /// </summary>
    public static string Format(long bytes)
    {
        double value = bytes;
        int unit = 0;
        // 1023.6 kB would be printed as 1024 kB.
        while (Math.Abs(value) >= 1023.5 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format = unit > 0 && Math.Abs(value) < 99.95 ? "0.#" : "0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
