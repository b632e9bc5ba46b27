using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PgHa.Engine.Configuration;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>The configuration of a new server: where it listens, what it logs, whom it lets in.</summary>
internal sealed partial class InitialConfiguration
{
    private const string FallbackSocketDirectory = "/tmp";

    private readonly IHost _host;
    private readonly string _operatorName;
    private readonly NewInstanceOptions _options;
    private readonly ServerDialect _dialect;
    private readonly string _directory;

    public InitialConfiguration(IHost host, string operatorName, NewInstanceOptions options, ServerDialect dialect, string directory)
    {
        _host = host;
        _operatorName = operatorName;
        _options = options;
        _dialect = dialect;
        _directory = directory;
    }

    /// <summary>Writes the configuration, and returns the directory of the Unix socket.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        string path = HostPath.Combine(_directory, ServerConfiguration.MainFileName);
        byte[] sample = await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) ?? [];
        string compiled = DefaultSocketDirectory(sample);
        string socketDirectory = await _host.CanWriteAsync(compiled, cancellationToken).ConfigureAwait(false)
            ? compiled
            : FallbackSocketDirectory;
        ConfigurationFile file = ConfigurationFile.Parse(sample).Set(Settings());
        if (socketDirectory != compiled && !_host.IsWindows)
            file = file.Set("unix_socket_directories", socketDirectory);

        List<Task> writing =
        [
            _host.WriteFileAsync(path, file.ToBytes(), mode: null, cancellationToken),
            WriteAsync("pg_hba.conf", InitialAccess.Rules(_options, _dialect, _host.IsWindows), cancellationToken),
            _host.CreateDirectoryAsync(HostPath.Combine(_directory, StartLog.DirectoryName), cancellationToken),
        ];
        if (!_options.Trust && !_host.IsWindows)
        {
            writing.Add(WriteAsync(
                "pg_ident.conf", InitialAccess.UserNameMap(_options.UserName, _host.UserName, _operatorName),
                cancellationToken));
        }

        await Task.WhenAll(writing).ConfigureAwait(false);
        return socketDirectory;
    }

    /// <summary>The default socket directory of a server: initdb writes it into the sample file, as a comment.</summary>
    public static string DefaultSocketDirectory(ReadOnlySpan<byte> sample) =>
        SocketDirectoryComment().Match(Encoding.UTF8.GetString(sample)) is { Success: true } match
            ? match.Groups["path"].Value
            : FallbackSocketDirectory;

    private Task WriteAsync(string name, string content, CancellationToken cancellationToken) =>
        _host.WriteFileAsync(HostPath.Combine(_directory, name), Encoding.UTF8.GetBytes(content), mode: null, cancellationToken);

    private Dictionary<string, string> Settings()
    {
        Dictionary<string, string> settings = new()
        {
            ["listen_addresses"] = _options.HostName,
            ["port"] = _options.Port.ToString(CultureInfo.InvariantCulture),
            ["cluster_name"] = _options.Name,
            ["logging_collector"] = "on",
            ["log_directory"] = StartLog.DirectoryName,
            // The prefix names the user, the database and the application name, which tells standbys apart.
            ["log_line_prefix"] = "%m [%p] %q%u@%d %a ",
        };
        if (_dialect.HasScram)
            settings["password_encryption"] = "scram-sha-256";
        if (!_dialect.IsReplicationReadyByDefault)
        {
            settings["wal_level"] = "replica";
            settings["max_wal_senders"] = "10";
            settings["max_replication_slots"] = "10";
            settings["hot_standby"] = "on";
        }

        return settings;
    }

    [GeneratedRegex(@"^#?unix_socket_directories = '(?<path>[^',]*)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex SocketDirectoryComment();
}
