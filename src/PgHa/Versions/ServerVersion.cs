using System.Globalization;

namespace PgHa;

/// <summary>
/// A PostgreSQL version as the server counts it: <c>150018</c> is 15.18, <c>90624</c> is 9.6.24.
/// A version known only by its major (from <c>PG_VERSION</c>) has minor 0.
/// </summary>
/// <param name="Number">The value of <c>server_version_num</c>.</param>
/// <remarks>See <see href="https://www.postgresql.org/support/versioning/">Versioning Policy</see>.</remarks>
public readonly record struct ServerVersion(int Number) : IComparable<ServerVersion>, IComparable
{
    // The last release whose major has two parts is 9.6.
    private bool IsOldScheme => Number < 100_000;

    /// <summary>The major as users name it: <c>9.6</c>, <c>10</c> … <c>18</c>.</summary>
    public string Major => IsOldScheme
        ? string.Create(CultureInfo.InvariantCulture, $"{Number / 10_000}.{Number / 100 % 100}")
        : (Number / 10_000).ToString(CultureInfo.InvariantCulture);

    /// <summary>The minor release within the major.</summary>
    public int Minor => Number % (IsOldScheme ? 100 : 10_000);

    /// <summary>The first version of this major, by which tools and data directories are compared.</summary>
    /// <remarks>Not public: in JSON and CliXml a version would hold its major, which holds its major, and so on.</remarks>
    internal ServerVersion MajorVersion => new(Number - Minor);

    /// <summary>A version in the parts that a driver splits it into: 15.18, or 9.6.24.</summary>
    public static ServerVersion FromParts(Version parts) => new(
        (parts.Major * 10_000) + (parts.Major >= 10 ? parts.Minor : (parts.Minor * 100) + Math.Max(parts.Build, 0)));

    /// <summary>The first version of a major from 10 on.</summary>
    public static ServerVersion OfMajor(int major) => new(major * 10_000);

    /// <summary>
    /// Reads <c>15</c>, <c>15.18</c>, <c>9.6</c>, <c>9.6.24</c>, <c>18beta1</c>, or what a program prints for
    /// <c>--version</c> (<c>pg_ctl (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)</c>).
    /// </summary>
    /// <exception cref="MalformedTextException">There is no version in the text.</exception>
    public static ServerVersion Parse(string text) =>
        TryParse(text, out ServerVersion version)
            ? version
            : throw new MalformedTextException("PostgreSQL version", text, 0, "expected a version such as 15, 15.18 or 9.6.24");

    /// <summary>Reads a version as <see cref="Parse"/> does; <see langword="false"/> if there is none.</summary>
    public static bool TryParse(string? text, out ServerVersion version)
    {
        version = default;
        const string Marker = "(PostgreSQL)";
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int marker = rest.IndexOf(Marker, StringComparison.Ordinal);
        if (marker >= 0)
            rest = rest[(marker + Marker.Length)..].TrimStart();

        Span<int> parts = stackalloc int[3];
        int count = 0;
        while (count < parts.Length)
        {
            int digits = 0;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
                digits++;
            if (digits is 0 or > 4)
                return false;
            parts[count++] = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            if (rest.IsEmpty || rest[0] != '.')
                break;
            rest = rest[1..];
        }

        // A pre-release (18beta1), or a packager's remark after a blank, may follow the numbers.
        if (!rest.IsEmpty && rest[0] != ' ' && !char.IsAsciiLetter(rest[0]))
            return false;

        if (parts[0] >= 10)
        {
            if (count > 2 || parts[0] > 99)
                return false;
            version = new ServerVersion((parts[0] * 10_000) + parts[1]);
            return true;
        }

        if (count < 2 || parts[1] > 99 || parts[2] > 99)
            return false;
        version = new ServerVersion((parts[0] * 10_000) + (parts[1] * 100) + parts[2]);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ServerVersion other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        ServerVersion other => CompareTo(other),
        _ => throw new ArgumentException($"A server version cannot be compared to '{obj}'.", nameof(obj)),
    };

    /// <summary><c>15.18</c>, or just the major where the minor is 0 or unknown.</summary>
    public override string ToString() =>
        Minor == 0 ? Major : string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Whether the left version is older.</summary>
    public static bool operator <(ServerVersion left, ServerVersion right) => left.Number < right.Number;

    /// <summary>Whether the left version is newer.</summary>
    public static bool operator >(ServerVersion left, ServerVersion right) => left.Number > right.Number;

    /// <summary>Whether the left version is not newer.</summary>
    public static bool operator <=(ServerVersion left, ServerVersion right) => left.Number <= right.Number;

    /// <summary>Whether the left version is not older.</summary>
    public static bool operator >=(ServerVersion left, ServerVersion right) => left.Number >= right.Number;
}
