using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;

namespace PgHa.Commands;

/// <summary>What the parameters ask of the engine.</summary>
public sealed partial class NewPgBaseBackupCommand
{
    private BackupOptions BackupOptions(PgInstance source) => new()
    {
        Source = source,
        Login = Login(source),
        Machine = Machine ?? source.Machine,
        Directory = _backupDirectory,
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

    private BaseBackupOptions Options(PgInstance source, string name, string directory, int port) => new()
    {
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
