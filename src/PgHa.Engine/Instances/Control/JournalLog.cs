using System.Globalization;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>What a server logs while its unit starts it: first to systemd's journal, then to its own collector's file.</summary>
internal sealed class JournalLog : StartLog
{
    private const string MaxLines = "200";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly IHost _host;
    private readonly ServiceUnit _unit;
    private string[] _since = [];

    public JournalLog(IHost host, string dataDirectory, ServiceUnit unit)
        : base(host, dataDirectory)
    {
        _host = host;
        _unit = unit;
    }

    // systemd may have started the server several times since then, where it restarts what has failed.
    public override Task MarkAsync(CancellationToken cancellationToken)
    {
        double seconds = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
        _since = [string.Create(CultureInfo.InvariantCulture, $"--since=@{seconds:0.000}")];
        return Task.CompletedTask;
    }

    protected override async Task<string> StartupAsync(CancellationToken cancellationToken)
    {
        CommandResult journal = await _host.RunAsync(
            new HostCommand(
                "journalctl", ["--no-pager", "--quiet", "--output=cat", $"--lines={MaxLines}", .. _since, $"_SYSTEMD_UNIT={_unit.Id}"])
            {
                AsOperator = true,
                Timeout = Deadline,
            },
            cancellationToken).ConfigureAwait(false);
        return journal.Output;
    }
}
