namespace PgHa.Engine.Settings;

/// <summary>The failures of reading and changing settings.</summary>
internal static class SettingErrors
{
    /// <summary>There is no setting of that name.</summary>
    public static PgHaException NotFound(PgInstance server, string name, IEnumerable<string> known)
    {
        IReadOnlyList<string> nearest = NearestNames.Of(name, known);
        return new PgHaException(
            ErrorIds.SettingNotFound, PgHaErrorKind.NotFound, $"{server} has no setting '{name}'.",
            nearest.Count > 0
                ? $"Did you mean {string.Join(" or ", nearest)}?"
                : "Get-PgSetting lists them. A setting of an extension is known once its library is loaded.",
            server.ToString());
    }

    /// <summary>The server does not take the value.</summary>
    public static PgHaException Invalid(PgInstance server, string said, Exception? cause = null) => new(
        ErrorIds.InvalidSettingValue, PgHaErrorKind.InvalidArgument, $"{server} does not take this: {Secrets.Redact(said)}",
        "Nothing was changed. Give a value of the type and unit that Get-PgSetting shows (Format-List).", server.ToString(), cause);

    /// <summary>The files contain another error, so that the server applied nothing from them.</summary>
    public static PgHaException FilesInvalid(PgInstance server, string errors) => new(
        ErrorIds.ConfigurationInvalid, PgHaErrorKind.InvalidState,
        $"{server} did not read its configuration again, because there are errors in it: {Secrets.Redact(errors)}",
        "Correct the files. The change was taken back.", server.ToString());

    /// <summary>The server did not reload in time.</summary>
    public static PgHaException ReloadTimedOut(PgInstance server, TimeSpan timeout) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
            $"{server} had not read its configuration again after {TimeText.Seconds(timeout)}.",
        "The change is in its file and will take effect; look at its log (Get-PgServerLog).", server.ToString());
}
