namespace PgHa.Engine.Logs;

/// <summary>Where the files of a server's log can be read: through SQL, or on the host.</summary>
internal interface ILogFiles
{
    /// <summary>The prefix the server puts before its lines.</summary>
    LogLinePrefix Prefix { get; }

    /// <summary>The files, in any order.</summary>
    Task<IReadOnlyList<LogFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The last bytes of a file.</summary>
    Task<byte[]> ReadTailAsync(LogFile file, int maxBytes, CancellationToken cancellationToken);
}
