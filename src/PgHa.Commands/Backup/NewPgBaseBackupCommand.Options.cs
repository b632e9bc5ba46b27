using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>What the parameters ask of the engine.</summary>
public sealed partial class NewPgBaseBackupCommand
{
    // Where the copy goes. This machine's current directory is none of another machine's, where the path has to be given in full.
    private string? DirectoryFor(PgInstance source) => Machine is not null || source.Machine.IsThisMachine || _directory is null
        ? _directory
        : ResolveServerPath(DataDirectory ?? BackupDirectory, source.Machine);

    // A restored backup begins with WAL from before the clone, which its upstream may have no longer.
    private async Task RestoreWalAsync(PgInstance clone, ToolRestore restore, CancellationToken cancellationToken) =>
        await new RecoverySettings(Engine).SetAsync(
            clone, new RecoveryOptions { RestoreFrom = restore.ArchiveFor(clone), SkipChecks = true },
            cancellationToken).ConfigureAwait(false);

    private BackupOptions BackupOptions(PgInstance source) => new()
    {
        Source = source,
        Login = Login(source),
        Machine = Machine ?? source.Machine,
        Directory = DirectoryFor(source)!,
        Format = Format,
        Compression = _compression,
        Parent = _parent,
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        BinDirectory = ProgramDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };

    private BaseBackupOptions Options(PgInstance source, string name, string directory, int port, ToolRestore? restore) => new()
    {
        Restore = restore,
        Source = source,
        Login = Login(source),
        CopiesAsLogin = true,
        Name = name,
        Machine = Machine ?? source.Machine,
        DataDirectory = directory,
        Port = port,
        HostName = HostName,
        Label = Label,
        Checkpoint = Checkpoint,
        MaxRate = MaxRate,
        TablespaceMapping = _tablespaceMapping,
        NoVerifyChecksums = NoVerifyChecksums,
        BinDirectory = ProgramDirectory,
        ServerUser = ServerUser,
        NoSync = NoSync,
    };
}
