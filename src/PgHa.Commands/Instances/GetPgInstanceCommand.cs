using System.Management.Automation;
using PgHa.Engine.Instances;
using PgHa.Engine.Management;

namespace PgHa.Commands;

/// <summary>Finds the servers of machines, by default of this one.</summary>
[Cmdlet(VerbsCommon.Get, "PgInstance", DefaultParameterSetName = WholeMachine)]
[OutputType(typeof(PgInstance))]
public sealed class GetPgInstanceCommand : PgCommand
{
    private const string WholeMachine = "Machine";
    private const string Directory = "Directory";

    private string? _path;
    private string[] _names = [];
    private string[] _dataDirectories = [];

    /// <summary>The names, with wildcards. A path is taken for a data directory.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>A folder with data directories; without it, the whole machine.</summary>
    [Parameter(ParameterSetName = WholeMachine)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Data directories.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Directory, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PGDATA", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] DataDirectory { get; set; } = [];

    /// <summary>The machines to look on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public PgMachine[] Machine { get; set; } = [PgMachine.This];

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _path = Path is null ? null : ResolveServerPath(Path, Machine[0]);
        // A server that does not run has no other name yet. Debian's 15/main is no path.
        string[] paths = [.. Name.Where(name => name[0] is '.' or '~' || HostPath.IsAbsolute(name))];
        _names = [.. Name.Except(paths)];
        _dataDirectories = [.. DataDirectory.Concat(paths).Select(path => HostPath.TrimEnd(ResolveServerPath(path, Machine[0])))];
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        WildcardPattern[] patterns = [.. _names.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
        HashSet<WildcardPattern> missed = [.. patterns];
        IReadOnlyList<PgInstance> found = await FindAsync(output, cancellationToken).ConfigureAwait(false);
        var managers = new ManagementReader(Engine);
        foreach (PgInstance instance in found)
        {
            WildcardPattern[] matching = Array.FindAll(patterns, pattern => pattern.IsMatch(instance.Name));
            if (matching.Length > 0 || _dataDirectories.Contains(instance.DataDirectory))
            {
                missed.ExceptWith(matching);
                ServerManagement management = await managers.ReadOfflineAsync(instance, cancellationToken).ConfigureAwait(false);
                PgInstance known = instance with { ManagedBy = management.ManagedBy };
                output.Write(await WithOwnerAsync(known, cancellationToken).ConfigureAwait(false));
            }
        }

        for (int i = 0; i < patterns.Length; i++)
        {
            if (missed.Contains(patterns[i]) && !WildcardPattern.ContainsWildcardCharacters(_names[i]))
                output.WriteError(NotFound(_names[i], found), _names[i]);
        }
    }

    private async Task<PgInstance> WithOwnerAsync(PgInstance instance, CancellationToken cancellationToken) =>
        instance with { ControlledBy = await new InstanceControl(Engine).OwnerAsync(instance, cancellationToken).ConfigureAwait(false) };

    private PgHaException NotFound(string name, IReadOnlyList<PgInstance> found)
    {
        IReadOnlyList<string> near = NearestNames.Of(name, found.Select(instance => instance.Name));
        return new PgHaException(
            ErrorIds.InstanceNotFound, PgHaErrorKind.NotFound,
            $"There is no server '{name}' "
                + $"{(_path is null ? $"on {string.Join(", ", Machine.Select(machine => machine.Name))}" : $"in '{_path}'")}.",
            (near.Count > 0 ? $"Did you mean {string.Join(" or ", near)}? " : "")
                + "See which there are with Get-PgInstance, or name the folder of its data directory with -Path.");
    }

    // A machine that cannot be reached is its own error, and the others are searched.
    private async Task<IReadOnlyList<PgInstance>> FindAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        if (Machine is [{ IsThisMachine: true }])
            return await FindAsync(new InstanceFinder(Engine), output, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PgInstance>[] found = await Task.WhenAll(Machine.Select(async machine =>
        {
            IReadOnlyList<PgInstance> there = [];
            await InputGuard.RunAsync(
                machine, output,
                async () => there = await FindAsync(new InstanceFinder(Engine, machine), output, cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            return there;
        })).ConfigureAwait(false);
        return [.. found.SelectMany(there => there)];
    }

    private async Task<IReadOnlyList<PgInstance>> FindAsync(
        InstanceFinder finder, ICommandOutput output, CancellationToken cancellationToken)
    {
        List<PgInstance> found = [];
        if (ParameterSetName == WholeMachine && _names.Length > 0)
        {
            if (_path is not null && !await finder.IsDirectoryAsync(_path, cancellationToken).ConfigureAwait(false))
            {
                throw new PgHaException(
                    ErrorIds.DirectoryNotFound, PgHaErrorKind.NotFound,
                        $"There is no directory '{_path}', or this user may not look into it.",
                    "Give the folder that has the data directories in it.");
            }

            found.AddRange(await finder.FindAsync(_path, cancellationToken).ConfigureAwait(false));
        }

        foreach (string directory in _dataDirectories)
        {
            await InputGuard.RunAsync(
                directory, output,
                async () => found.Add(await finder.FromDirectoryAsync(directory, cancellationToken).ConfigureAwait(false)),
                cancellationToken)
                .ConfigureAwait(false);
        }

        return found;
    }
}
