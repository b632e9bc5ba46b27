using System.Diagnostics;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Costs;

/// <summary>Counts what an operation makes its servers and hosts do. Other tests that run at the same time do not count.</summary>
/// <remarks>
/// Connections and statements are the driver's own activities; programs and files are what the hosts tell the log. A statement that a
/// connection repeats at once counts once, because it is a poll: how often it is sent depends on the machine's speed. So does what is done
/// again to a file that the server changes while PgHa waits for it.
/// </remarks>
internal sealed class CostMeter : IDisposable
{
    private const string Driver = "Npgsql";
    private const string HostLine = "this machine as ";

    private readonly RecordingLog _log;
    private readonly int _logged;
    private readonly Activity _operation = new Activity("operation").Start();
    private readonly ActivityListener _listener;
    private readonly List<(string Connection, string Sql)> _statements = [];
    private readonly Dictionary<string, string> _last = [];
    private int _connections;

    public CostMeter(RecordingLog log)
    {
        _log = log;
        _logged = log.Details.Count;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Driver,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == _operation.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = Count,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The costs so far.</summary>
    public OperationCost Cost
    {
        get
        {
            string[] host = HostLines();
            string[] files = [.. host.Where(IsOfFile)];
            return new OperationCost(_connections, _statements.Count, host.Length - files.Length, WithoutPolls(files).Count());
        }
    }

    /// <summary>What was counted, for whoever looks for what has been added.</summary>
    public string Account => string.Join(
        '\n',
        [
            .. _statements.Select(one => $"{one.Connection}: {one.Sql.ReplaceLineEndings(" ")}"),
            .. HostLines().Where(line => !IsOfFile(line)), .. WithoutPolls(HostLines().Where(IsOfFile)),
        ]);

    public void Dispose()
    {
        _listener.Dispose();
        _operation.Stop();
    }

    private void Count(Activity activity)
    {
        lock (_statements)
        {
            string connection = $"{activity.GetTagItem("db.npgsql.connection_id")}";
            if (activity.GetTagItem("db.query.text") is not string sql)
            {
                _connections++;
            }
            else if (!_last.TryGetValue(connection, out string? last) || last != sql)
            {
                _statements.Add((connection, sql));
                _last[connection] = sql;
            }
        }
    }

    // How many of Debian's clusters there are depends on the machine.
    private string[] HostLines() =>
    [
        .. _log.Details.Skip(_logged).Where(line => line.StartsWith(HostLine, StringComparison.Ordinal)
            && !line.Contains("'/etc/postgresql/", StringComparison.Ordinal)),
    ];

    // "this machine as postgres: Reading '/srv/pg/postmaster.pid'", where a program's line has its path or name instead of the verb.
    private static bool IsOfFile(string line) => char.IsUpper(line[line.IndexOf(": ", StringComparison.Ordinal) + 2]);

    private static IEnumerable<string> WithoutPolls(IEnumerable<string> files) =>
        files.Where(IsOfServer).Distinct(StringComparer.Ordinal).Concat(files.Where(line => !IsOfServer(line)));

    // What a starting or stopping server writes.
    private static bool IsOfServer(string line) =>
        line.Contains("/postmaster.pid'", StringComparison.Ordinal) || line.Contains("/log", StringComparison.Ordinal)
        || line.Contains("/pg_control'", StringComparison.Ordinal);
}
