using System.Globalization;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Reports what a server does that takes long to start, such as one that recovers from a crash.</summary>
internal sealed class StartProgress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly StartLog _log;
    private readonly Deadline _start;
    private TimeSpan _next;
    private string? _status;

    /// <param name="context">Where it reports to, and the deadline.</param>
    /// <param name="host">Where the server is.</param>
    /// <param name="instance">The server.</param>
    /// <param name="log">What it logs while it starts.</param>
    /// <param name="start">When the start began.</param>
    public StartProgress(EngineContext context, IHost host, PgInstance instance, StartLog log, Deadline start)
    {
        _context = context;
        _host = host;
        _instance = instance;
        _log = log;
        _start = start;
        _next = start.Elapsed + Interval;
    }

    private string Activity => $"Starting {_instance}";

    /// <summary>Reports, unless the last report was just now.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (_start.Elapsed < _next)
            return;
        _next = _start.Elapsed + Interval;
        string phase = await PhaseAsync(cancellationToken).ConfigureAwait(false);
        _status = string.Create(
            CultureInfo.InvariantCulture,
            $"{_start.Elapsed.TotalSeconds:0} of at most {_context.Timeout.TotalSeconds:0} s: {phase}");
        string lastLine = StartLog.LastLines(await _log.ReadAsync(cancellationToken).ConfigureAwait(false), 1);
        _context.Log.Progress(new EngineProgress(Activity, lastLine.Length == 0 ? _status : $"{_status}. Its log says: {lastLine}"));
    }

    /// <summary>Ends the report.</summary>
    public void Dispose()
    {
        if (_status is not null)
            _context.Log.Progress(new EngineProgress(Activity, _status, IsCompleted: true));
    }

    private async Task<string> PhaseAsync(CancellationToken cancellationToken)
    {
        DatabaseState? state = null;
        ProcessTitle? startup = null;
        try
        {
            state = (await ControlFile.ReadAsync(_host, _instance, cancellationToken).ConfigureAwait(false)).State;
            startup = (await ServerProcesses.OfHostAsync(_host, _instance, cancellationToken).ConfigureAwait(false))
                .Select(process => ProcessTitle.Parse(process.Title ?? "")).FirstOrDefault(title => title?.Kind == "startup");
        }
        catch (PgHaException e)
        {
            // The report says less then. Whether the server starts is found out by who waits for it.
            _context.Log.Detail($"{_instance}: {e.Message}");
        }

        return StartPhase.Describe(state, startup);
    }
}
