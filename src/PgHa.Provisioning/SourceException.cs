namespace PgHa.Provisioning;

/// <summary>One source can't provide what it was asked for; the next one may.</summary>
internal sealed class SourceException(string message) : Exception(message);
