using System.Globalization;
using System.Management.Automation;
using PgHa.Engine.Clearance;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Removes from archives the WAL that no base backup, server or slot needs any more.</summary>
[Cmdlet(
    VerbsCommon.Clear, "PgArchive", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByDirectory)]
[OutputType(typeof(ArchiveClearance))]
public sealed class ClearPgArchiveCommand : PgClusterLoginCommand
{
    private const string ByDirectory = "Directory";
    private const string ByInstance = "Instance";
    private const string ByCluster = "Cluster";

    private readonly List<PgInstance> _servers = [];
    private readonly List<PgCluster> _clusters = [];
    private string? _archive;
    private string[] _backups = [];
    private bool _isBound;

    /// <summary>The directory of the archive, or ssh://HOST/DIRECTORY. By default, the archives that the named servers write to.</summary>
    [Parameter(ParameterSetName = ByDirectory, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = ByInstance, Position = 0)]
    [Parameter(ParameterSetName = ByCluster, Position = 0)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string? ArchiveDirectory { get; set; }

    /// <summary>Servers that may need the WAL: primaries and standbys, also stopped ones.</summary>
    [Parameter(ParameterSetName = ByInstance, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation(Others = new[] { typeof(PgCluster) })]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>A cluster whose members may need the WAL, as <c>Get-PgCluster</c> has emitted it.</summary>
    [Parameter(ParameterSetName = ByCluster, Mandatory = true, ValueFromPipeline = true)]
    [ClusterTransformation]
    [ValidateNotNull]
    public PgCluster Cluster { get; set; } = null!;

    /// <summary>Folders with base backups, or base backups, from which recovery must stay possible.</summary>
    [Parameter]
    [Alias("BackupDirectory")]
    [ValidateNotNullOrEmpty]
    public string[] BackupFolder { get; set; } = [];

    /// <summary>An LSN, or the name of a WAL file. All WAL from there on is kept.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeepFrom { get; set; }

    /// <summary>Goes on although it is not known what a server or a backup needs.</summary>
    [Parameter]
    public SwitchParameter IgnoreUnknownNeed { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _archive = ArchiveDirectory is null ? null : System.IO.Path.TrimEndingDirectorySeparator(ResolveArchiveLocation(ArchiveDirectory));
        _backups = [.. BackupFolder.Select(ResolveFilePath)];
        _isBound = true;
    }

    // All inputs are handled together, because each server may need the archive of another one.
    private protected override bool Collect()
    {
        if (ParameterSetName == ByInstance)
            _servers.AddRange(Instance.Select(Reached));
        else if (ParameterSetName == ByCluster)
            _clusters.Add(Cluster);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        // The pipeline was empty, or an error about the parameters has been reported already.
        if (!_isBound)
            return;
        List<PgClusterMember> members = [];
        foreach (PgCluster cluster in _clusters)
        {
            members.AddRange(
                (await new ClusterDiscovery(Engine).ObserveAgainAsync(cluster, Reached, cancellationToken).ConfigureAwait(false)).Members);
        }

        ArchiveClearanceOptions options = new()
        {
            BackupFolders = _backups,
            KeepFrom = KeepFrom,
            Servers = [.. _servers, .. members.Select(member => member.Server).OfType<PgInstance>().Select(Reached)],
            UnknownServers = [.. members.Where(member => member.Server is null).Select(member => member.Name)],
            IgnoreUnknownNeed = IgnoreUnknownNeed,
        };
        ArchiveClearer clearer = new(Engine);
        foreach (string archive in _archive is not null
            ? [_archive]
            : await ArchivesAsync(clearer, members, cancellationToken).ConfigureAwait(false))
        {
            await InputGuard.RunAsync(
                archive, output, () => ClearAsync(clearer, archive, options, output, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<string>> ArchivesAsync(
        ArchiveClearer clearer, List<PgClusterMember> members, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
            return await clearer.ArchivesOfAsync(_servers, cancellationToken).ConfigureAwait(false);
        string[] archives = [.. members.Select(member => member.ArchiveDirectory).OfType<string>().Distinct()];
        return archives.Length > 0 ? archives : throw new PgHaException(
            ErrorIds.ArchiveNotKnown, PgHaErrorKind.NotFound,
            $"No member of {string.Join(", ", _clusters.Select(cluster => cluster.Name))} tells where it archives.",
            "Name the archive with -ArchiveDirectory.");
    }

    private async Task ClearAsync(
        ArchiveClearer clearer, string archive, ArchiveClearanceOptions options, ICommandOutput output, CancellationToken cancellationToken)
    {
        ArchiveClearancePlan plan = await clearer.PlanAsync(archive, options, cancellationToken).ConfigureAwait(false);
        string action = string.Create(
            CultureInfo.InvariantCulture,
            $"Remove {Plural.Count(plan.Removed.Count, "file")} "
                + $"({ByteSize.Format(plan.Removed.Sum(file => file.Length))})");
        if (plan.Removed.Count == 0 || await ShouldProcessAsync(archive, action, plan.ToString()).ConfigureAwait(false))
            output.Write(await clearer.ClearAsync(plan, options, cancellationToken).ConfigureAwait(false));
    }
}
