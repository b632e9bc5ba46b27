using System.Globalization;
using PgHa.Engine.Access;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Cloning;

/// <summary>Turns a copy of a source into a separate server that waits for an upstream.</summary>
internal sealed class CloneFinisher
{
    private const string MainFile = "postgresql.conf";
    private const string AutoFile = "postgresql.auto.conf";

    // Files that belong to the source only: the password for its upstream, and traces of its starts and recoveries.
    internal static readonly string[] SourcesFiles =
    [
        StandbyPassFile.Name, "postmaster.pid", PostmasterOptions.FileName, "current_logfiles", "recovery.conf", "recovery.done",
        "recovery.signal", "backup_label.old", "tablespace_map.old", "backup_manifest",
    ];

    private readonly IHost _host;
    private readonly BackupSource _source;
    private readonly string _directory;
    private readonly KeptConfiguration? _kept;

    /// <param name="host">The clone's host.</param>
    /// <param name="source">The source.</param>
    /// <param name="directory">Where the copy is now.</param>
    /// <param name="kept">The configuration that the clone has elsewhere; <see langword="null"/> if it gets its source's.</param>
    public CloneFinisher(IHost host, BackupSource source, string directory, KeptConfiguration? kept)
    {
        _host = host;
        _source = source;
        _directory = directory;
        _kept = kept;
    }

    /// <summary>Removes the source's files and settings from the copy, and writes the clone's own.</summary>
    public async Task FinishAsync(BaseBackupOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await _host.ListAsync(_directory, cancellationToken).ConfigureAwait(false) ?? [];
        await RemoveSourcesFilesAsync(names, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(
            RenewLogDirectoryAsync(names, cancellationToken),
            MarkAsStandbyAsync(names, cancellationToken),
            WriteForeignFilesAsync(cancellationToken),
            RewriteInheritedAsync(options, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The configuration as it is in the copy's files.</summary>
    public async Task<(ConfigurationFile Main, ConfigurationFile Auto)> ReadSettingsAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(MainFile, cancellationToken).ConfigureAwait(false),
            await ReadAsync(AutoFile, cancellationToken).ConfigureAwait(false));

    /// <summary>Gives a copy of a finished clone its own port, name and address.</summary>
    /// <param name="options">The copy.</param>
    /// <param name="settings">The settings in the files of the clone and of the copy.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task RenameAsync(
        BaseBackupOptions options, (ConfigurationFile Main, ConfigurationFile Auto) settings, CancellationToken cancellationToken) =>
        RewriteSettingsAsync(settings.Main, settings.Auto, options, cancellationToken);

    private async Task RemoveSourcesFilesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (string name in SourcesFiles.Concat(_kept is null ? [] : KeptConfiguration.Files).Intersect(names))
            await _host.DeleteFileAsync(At(name), cancellationToken).ConfigureAwait(false);
        // A source whose data directory is a mount point has its old directory inside.
        foreach (string name in names.Where(name => name.StartsWith(DirectoryPlace.OwnPrefix, StringComparison.Ordinal)))
            await _host.DeleteDirectoryAsync(At(name), cancellationToken).ConfigureAwait(false);
    }

    private async Task RenewLogDirectoryAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        string logs = _source.Settings["log_directory"];
        if (names.Contains(logs))
        {
            await _host.DeleteDirectoryAsync(At(logs), cancellationToken).ConfigureAwait(false);
            await _host.CreateDirectoryAsync(At(logs), cancellationToken).ConfigureAwait(false);
        }
    }

    // A clone that is started by mistake, or before it has an upstream, waits. Otherwise it would become a second primary.
    private async Task MarkAsStandbyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (_source.Dialect.UsesRecoveryConf)
        {
            await WriteAsync(
                "recovery.conf", ConfigurationFile.Empty.Set("standby_mode", "on").ToBytes(), cancellationToken).ConfigureAwait(false);
        }
        else if (!names.Contains("standby.signal"))
        {
            await WriteAsync("standby.signal", Array.Empty<byte>(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteForeignFilesAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, byte[] content) in _source.ForeignFiles.Where(file => file.Key != MainFile && _kept is null))
            await WriteAsync(name, content, cancellationToken).ConfigureAwait(false);
    }

    private async Task RewriteInheritedAsync(BaseBackupOptions options, CancellationToken cancellationToken)
    {
        (ConfigurationFile main, ConfigurationFile auto) = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (_source.ForeignFiles.TryGetValue(MainFile, out byte[]? foreign))
            main = ConfigurationFile.Parse(foreign);
        await RewriteSettingsAsync(main, auto, options, cancellationToken).ConfigureAwait(false);
    }

    private async Task RewriteSettingsAsync(
        ConfigurationFile main, ConfigurationFile auto, BaseBackupOptions options, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> own =
        [
            new("port", options.Port.ToString(CultureInfo.InvariantCulture)),
            new("cluster_name", options.Name),
        ];
        if (options.HostName is { } host)
            own.Add(new("listen_addresses", ListenAddresses.ForClone(_source.Settings["listen_addresses"], options.Source.Host, host)));

        if (_kept is not null)
        {
            ConfigurationFile beside = _kept.AutoFile(auto, _source.Dialect, own, _source.Required);
            await WriteAsync(AutoFile, beside.ToBytes(), cancellationToken).ConfigureAwait(false);
            return;
        }

        ConfigurationFile newMain = InheritedSettings.InMainFile(main, _source.Dialect, own);
        ConfigurationFile newAuto = InheritedSettings.InAutoFile(auto, newMain, _source.Dialect, own);
        await WriteAsync(MainFile, newMain.ToBytes(), cancellationToken).ConfigureAwait(false);
        if (newAuto != auto)
            await WriteAsync(AutoFile, newAuto.ToBytes(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ConfigurationFile> ReadAsync(string name, CancellationToken cancellationToken) =>
        ConfigurationFile.Parse(await _host.ReadFileAsync(At(name), cancellationToken).ConfigureAwait(false) ?? []);

    private Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _host.WriteFileAsync(At(name), content, mode: null, cancellationToken);

    private string At(string name) => HostPath.Combine(_directory, name);
}
