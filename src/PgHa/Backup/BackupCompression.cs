using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>How a tar backup is compressed: <c>gzip</c>, <c>lz4</c> or <c>zstd</c>, and at which level.</summary>
/// <param name="Method">The method.</param>
/// <param name="Level">The level; the method's own default if none is given.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup --compress</see>.</remarks>
public sealed partial record BackupCompression(string Method, int? Level)
{
    /// <summary>Reads <c>gzip</c> or <c>zstd:9</c>.</summary>
    /// <exception cref="MalformedTextException">The text is something else.</exception>
    public static BackupCompression Parse(string text) => Form().Match(text) is { Success: true } match
        ? new BackupCompression(
            match.Groups[1].Value,
            match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : null)
        : throw new MalformedTextException("compression", text, 0, "expected gzip, lz4 or zstd, and maybe a level, such as zstd:9");

    /// <summary>The arguments of <c>pg_basebackup</c>.</summary>
    /// <param name="program">The program's version.</param>
    /// <exception cref="PgHaException"><c>VersionNotSupported</c>: it knows gzip alone.</exception>
    public IReadOnlyList<string> Arguments(ServerDialect program)
    {
        if (program.HasCompressionMethods)
            return [$"--compress={this}"];
        if (Method != "gzip")
        {
            throw new PgHaException(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"pg_basebackup {program.Version} compresses with gzip alone, and {Method} is asked for.",
                "Take gzip, or a pg_basebackup of PostgreSQL 15 or later (-BinDirectory).");
        }

        return Level is { } level ? [string.Create(CultureInfo.InvariantCulture, $"--compress={level}")] : ["--gzip"];
    }

    /// <summary><c>zstd:9</c>.</summary>
    public override string ToString() => Level is { } level ? string.Create(CultureInfo.InvariantCulture, $"{Method}:{level}") : Method;

    [GeneratedRegex("^(gzip|lz4|zstd)(?::([0-9]{1,2}))?$")]
    private static partial Regex Form();
}
