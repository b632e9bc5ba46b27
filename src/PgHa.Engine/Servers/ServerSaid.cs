using System.Text.RegularExpressions;
using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>
/// A server's error message as it may be shown: with DETAIL and HINT, but without secrets and without values of rows.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/error-message-reporting.html">Reporting Errors Within the Server</see>.
/// </remarks>
internal static partial class ServerSaid
{
    /// <summary>The message, and its DETAIL where there is one, without a full stop.</summary>
    public static string Of(PostgresException e) =>
        Shown(e.MessageText) + (Shown(e.Detail) is { Length: > 0 } detail ? $" ({detail})" : "");

    /// <summary>What to do: PgHa's own advice and the server's HINT; <see langword="null"/> where there is neither.</summary>
    public static string? Advice(PostgresException e, string? own) => (own, Shown(e.Hint)) switch
    {
        (null, { Length: > 0 } hint) => $"{hint}.",
        ({ } advice, { Length: > 0 } hint) => $"{advice} The server's hint: {hint}.",
        _ => own,
    };

    /// <summary>The exception to keep as the cause: an error view shows its whole text.</summary>
    public static PostgresException Cause(PostgresException e) => new(
        Mask(e.MessageText), e.Severity, e.InvariantSeverity, e.SqlState, MaskOrNull(e.Detail), MaskOrNull(e.Hint), e.Position);

    private static string Shown(string? text) => Mask(text ?? "").ReplaceLineEndings(" ").Trim().TrimEnd('.');

    private static string? MaskOrNull(string? text) => text is null ? null : Mask(text);

    // "Failing row contains (7, secret)." and "Key (name)=(secret) already exists." quote the rows of users.
    private static string Mask(string text) => ShownSql.Of(RowValues().Replace(text, "$1(" + Secrets.Mask + ")"));

    // Matches up to the last parenthesis, because a value may contain parentheses.
    [GeneratedRegex(@"(row contains |\)=)\(.*\)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex RowValues();
}
