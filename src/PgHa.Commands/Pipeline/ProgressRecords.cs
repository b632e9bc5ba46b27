using System.Diagnostics;
using System.Management.Automation;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>Turns what the engine reports into progress records: one stable id an activity, a few records a second.</summary>
internal sealed class ProgressRecords
{
    // A host does not draw more often, and each record takes time on the pipeline thread.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly object _lock = new();
    private readonly Dictionary<string, Activity> _open = [];
    private int _lastId;

    /// <summary>The record to write now; <see langword="null"/> if the last one was just now.</summary>
    public ProgressRecord? Next(EngineProgress progress)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(progress.Activity, out Activity? activity))
            {
                if (progress.IsCompleted)
                    return null;
                _open.Add(progress.Activity, activity = new Activity(++_lastId));
            }
            else if (progress.IsCompleted)
            {
                _open.Remove(progress.Activity);
                return Completed(progress.Activity, activity);
            }
            else if (Stopwatch.GetElapsedTime(activity.Written) < Interval)
            {
                return null;
            }

            activity.Written = Stopwatch.GetTimestamp();
            return new ProgressRecord(activity.Id, progress.Activity, progress.Status.Length == 0 ? " " : progress.Status)
            {
                PercentComplete = progress.PercentComplete is { } percent ? Math.Clamp(percent, 0, 100) : -1,
                ParentActivityId = progress.Parent is { } parent && _open.TryGetValue(parent, out Activity? whole) ? whole.Id : -1,
            };
        }
    }

    /// <summary>The records that end every activity still open.</summary>
    public IReadOnlyList<ProgressRecord> Complete()
    {
        lock (_lock)
        {
            List<ProgressRecord> records = [.. _open.Select(entry => Completed(entry.Key, entry.Value))];
            _open.Clear();
            return records;
        }
    }

    private static ProgressRecord Completed(string name, Activity activity) =>
        new(activity.Id, name, "Completed") { RecordType = ProgressRecordType.Completed };

    private sealed class Activity(int id)
    {
        public int Id { get; } = id;

        public long Written { get; set; }
    }
}
