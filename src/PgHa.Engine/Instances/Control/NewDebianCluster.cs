using System.Globalization;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>A Debian cluster to be made: its configuration is in <c>/etc/postgresql</c>, and its unit starts it at boot.</summary>
/// <remarks>
/// <c>pg_createcluster</c> takes a data directory that is there already as it is. See
/// <see href="https://manpages.debian.org/stable/postgresql-common/pg_createcluster.1.en.html">pg_createcluster</see>.
/// </remarks>
internal sealed class NewDebianCluster : NewService
{
    /// <summary>Debian's program that makes clusters.</summary>
    public const string CreateProgram = "/usr/bin/pg_createcluster";

    private const string DropProgram = "/usr/bin/pg_dropcluster";

    private readonly DebianCluster _cluster;

    public NewDebianCluster(DebianCluster cluster, string dataDirectory)
        : base(dataDirectory) => _cluster = cluster;

    public override string Name => $"{_cluster.Version}/{_cluster.Name}";

    public override ServerVersion? Version => ServerVersion.Parse(_cluster.Version);

    internal override string Title => _cluster.ToString();

    internal override async Task RegisterAsync(
        EngineContext context, IHost host, PgInstance made, CancellationToken cancellationToken)
    {
        // Debian's unit has the server log to a file that Debian's logrotate knows.
        CommandResult result = await host.RunAsync(
            Command(
                context, CreateProgram, "--quiet", "--datadir", made.DataDirectory!,
                "--port", made.Port.ToString(CultureInfo.InvariantCulture),
                "--pgoption", $"cluster_name={made.Name}", "--pgoption", "logging_collector=off"),
            cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new PgHaException(
                ErrorIds.DebianClusterFailed, PgHaErrorKind.OperationFailed,
                $"pg_createcluster could not make the {_cluster}: {result.Error.Trim()}",
                "Correct what it says; nothing of the new server was left behind.", made.ToString());
        }
    }

    internal override async Task UnregisterAsync(EngineContext context, IHost host)
    {
        if (await host.StatAsync(_cluster.ConfigurationDirectory, CancellationToken.None).ConfigureAwait(false) is not null)
            await host.RunAsync(Command(context, DropProgram), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>What is done, as a line of a plan.</summary>
    public override string ToString() =>
        $"Make it the {_cluster}: its configuration goes to '{_cluster.ConfigurationDirectory}', and {_cluster.UnitId} starts it at boot";

    private HostCommand Command(EngineContext context, string program, params IReadOnlyList<string> options) =>
        new(program, [.. options, _cluster.Version, _cluster.Name]) { AsOperator = true, Timeout = context.Timeout };
}
