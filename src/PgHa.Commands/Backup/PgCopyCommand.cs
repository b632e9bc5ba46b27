using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that has <c>pg_basebackup</c> copy a server: how it connects and copies.</summary>
public abstract class PgCopyCommand : PgInstanceCommand
{
    /// <summary>The role to copy as, and its password.</summary>
    [Parameter]
    [Alias("Credential")]
    [Credential]
    public PSCredential? ReplicationCredential { get; set; }

    /// <summary>The label of the backup; the clone's name, or that of the backup's directory, by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Label { get; set; }

    /// <summary>Whether the source writes its checkpoint at once.</summary>
    [Parameter]
    public BackupCheckpoint Checkpoint { get; set; } = BackupCheckpoint.Fast;

    /// <summary>The maximum transfer rate in kilobytes per second.</summary>
    [Parameter]
    [ValidateRange(32, 1_048_576)]
    public int? MaxRate { get; set; }

    /// <summary>The directory of the programs to use.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BinDirectory { get; set; }

    /// <summary>The operating system user the copy belongs to, where PgHa runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>Does not wait until the copy is on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <summary>The directory of the programs as a path of the file system.</summary>
    private protected string? ProgramDirectory { get; private set; }

    /// <inheritdoc/>
    protected override void Prepare() => ProgramDirectory = BinDirectory is null ? null : ResolveFilePath(BinDirectory);

    /// <summary>The source with the credential of the role to copy as; <see langword="null"/> if no credential was given.</summary>
    private protected PgInstance? Login(PgInstance source) =>
        ReplicationCredential is { } login ? source.WithLogin(login.UserName, login.GetNetworkCredential().Password) : null;
}
