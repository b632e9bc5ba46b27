using System.Text;
using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>Makes a data directory from a backup. The directory gets its real name only when it is complete.</summary>
internal sealed class RestoredFiles
{
    private const string MainFile = "postgresql.conf";
    private const string AutoFile = "postgresql.auto.conf";

    private readonly RestorePlan _plan;
    private readonly Stack<CloneTarget> _renamed = [];

    public RestoredFiles(RestorePlan plan) => _plan = plan;

    private IHost Host => _plan.Host;

    private string Incomplete => _plan.Target.Incomplete;

    private IEnumerable<CloneTarget> Targets => [.. _plan.Tablespaces.Values, _plan.Target];

    /// <summary>Copies or unpacks the backup.</summary>
    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        // This also removes what a killed restore left behind.
        await RemoveAsync(cancellationToken).ConfigureAwait(false);
        foreach (CloneTarget target in Targets)
            await Host.CreateDirectoryAsync(target.Incomplete, cancellationToken).ConfigureAwait(false);
        await _plan.Content.ExtractAsync(
            Incomplete, _plan.Tablespaces.ToDictionary(entry => entry.Key, entry => entry.Value.Incomplete), _plan.Dialect,
            isDurable: !_plan.Options.NoSync, cancellationToken).ConfigureAwait(false);
        if (_plan.Tablespaces.Count > 0)
        {
            string map = TablespaceMap.Format(_plan.Tablespaces.ToDictionary(entry => entry.Key, entry => entry.Value.Directory));
            await WriteAsync(TablespaceMap.FileName, Encoding.UTF8.GetBytes(map), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what was copied.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (CloneTarget target in Targets)
            await target.RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the copy's own settings and its recovery target.</summary>
    public async Task ConfigureAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await Host.ListAsync(Incomplete, cancellationToken).ConfigureAwait(false) ?? [];
        string[] unwanted =
            [.. CloneFinisher.SourcesFiles, RecoveryFileNames.StandbySignal, .. _plan.Kept is null ? [] : KeptConfiguration.Files];
        foreach (string name in unwanted.Intersect(names))
            await Host.DeleteFileAsync(At(name), cancellationToken).ConfigureAwait(false);

        ConfigurationFile main = await ReadAsync(Incomplete, MainFile, cancellationToken).ConfigureAwait(false);
        ConfigurationFile auto = await ReadAsync(Incomplete, AutoFile, cancellationToken).ConfigureAwait(false);
        await RenewLogDirectoryAsync(
            names, auto["log_directory"] ?? main["log_directory"] ?? _plan.Dialect.DefaultLogDirectory,
            cancellationToken).ConfigureAwait(false);

        bool usesRecoveryConf = _plan.Dialect.UsesRecoveryConf;
        List<KeyValuePair<string, string>> own = [.. _plan.ServerSettings, .. usesRecoveryConf ? [] : _plan.RecoverySettings];
        await WriteSettingsAsync(main, auto, own, cancellationToken).ConfigureAwait(false);
        await WriteAsync(
            usesRecoveryConf ? RecoveryFileNames.RecoveryConf : RecoveryFileNames.RecoverySignal,
            usesRecoveryConf ? ConfigurationFile.Empty.Set(_plan.RecoverySettings).ToBytes() : [],
            cancellationToken).ConfigureAwait(false);
        if (_plan.Options.NewArchiveDirectory is { } archive)
            await Host.CreateDirectoryAsync(archive, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteSettingsAsync(
        ConfigurationFile main, ConfigurationFile auto, IReadOnlyList<KeyValuePair<string, string>> own,
        CancellationToken cancellationToken)
    {
        if (_plan.Kept is { } kept)
        {
            ConfigurationFile beside = kept.AutoFile(auto, _plan.Dialect, own, required: new Dictionary<string, int>());
            await WriteAsync(AutoFile, beside.ToBytes(), cancellationToken).ConfigureAwait(false);
            return;
        }

        ConfigurationFile newMain = InheritedSettings.InMainFile(main, _plan.Dialect, own);
        await WriteAsync(MainFile, newMain.ToBytes(), cancellationToken).ConfigureAwait(false);
        ConfigurationFile newAuto = InheritedSettings.InAutoFile(auto, newMain, _plan.Dialect, own);
        if (newAuto != auto)
            await WriteAsync(AutoFile, newAuto.ToBytes(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the complete directories their real names.</summary>
    public async Task RenameAsync(CancellationToken cancellationToken)
    {
        foreach (CloneTarget target in Targets)
        {
            await target.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
            _renamed.Push(target);
        }
    }

    /// <summary>Undoes the renaming, so that no incomplete directory has a real name.</summary>
    public async Task UnrenameAsync(CancellationToken cancellationToken)
    {
        while (_renamed.TryPop(out CloneTarget? target))
            await target.LeavePlaceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes the settings of the finished recovery from the server's files. Otherwise a clone of the server would stop at the
    /// same target.
    /// </summary>
    public async Task ForgetRecoveryAsync(CancellationToken cancellationToken)
    {
        string directory = _plan.Target.Directory;
        foreach (string name in new[] { MainFile, AutoFile })
        {
            ConfigurationFile file = await ReadAsync(directory, name, cancellationToken).ConfigureAwait(false);
            ConfigurationFile clean = RestoredConfiguration.AfterRecovery(file, _plan.RecoverySettings);
            if (clean != file)
            {
                await Host.WriteFileAsync(
                    HostPath.Combine(directory, name), clean.ToBytes(), mode: null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The logs in a backup are the source's.
    private async Task RenewLogDirectoryAsync(IReadOnlyList<string> names, string directory, CancellationToken cancellationToken)
    {
        if (names.Contains(directory))
        {
            await Host.DeleteDirectoryAsync(At(directory), cancellationToken).ConfigureAwait(false);
            await Host.CreateDirectoryAsync(At(directory), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ConfigurationFile> ReadAsync(string directory, string name, CancellationToken cancellationToken) =>
        ConfigurationFile.Parse(await Host.ReadFileAsync(HostPath.Combine(directory, name), cancellationToken).ConfigureAwait(false) ?? []);

    private Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Host.WriteFileAsync(At(name), content, mode: null, cancellationToken);

    private string At(string name) => HostPath.Combine(Incomplete, name);
}
