using PgHa.Engine.Cloning;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>What the parameters ask of the engine.</summary>
public sealed partial class NewPgBaseBackupCommand
{
    // Where the copy goes.
    private string? Directory => DataDirectory ?? (BackupDirectory.Length > 0 ? BackupDirectory : null);

    // A path on the machine of the copy. The current directory of this machine is none of another machine's, where a path is given in full.
    private string? PathFor(PgInstance source, string? given, string? resolved) =>
        Machine is not null || source.Machine.IsThisMachine || given is null ? resolved : ResolveServerPath(given, source.Machine);

    // A restored backup begins with WAL from before the clone, which its upstream may have no longer.
    private async Task RestoreWalAsync(PgInstance clone, ToolRestore restore, CancellationToken cancellationToken) =>
        await new RecoverySettings(Engine).SetAsync(
            clone, new RecoveryOptions { RestoreFrom = restore.ArchiveFor(clone), SkipChecks = true },
            cancellationToken).ConfigureAwait(false);

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
