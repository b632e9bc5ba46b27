using System.Globalization;
using PgHa.Engine.Access;

namespace PgHa.Engine.Recovery;

/// <summary>The settings that a change of a recovery configuration will write.</summary>
public sealed class RecoveryPlan
{
    internal RecoveryPlan(PgInstance instance, RecoveryState state, RecoveryOptions options, IReadOnlyList<RecoverySettingChange> changes)
    {
        Instance = instance;
        State = state;
        Options = options;
        Changes = changes;
    }

    /// <summary>The standby.</summary>
    public PgInstance Instance { get; }

    /// <summary>The settings that change.</summary>
    public IReadOnlyList<RecoverySettingChange> Changes { get; }

    /// <summary>Whether a primary's directory becomes a standby's.</summary>
    public bool BecomesStandby => !State.IsStandby;

    /// <summary>Whether the password file is written.</summary>
    public bool WritesPassFile => (Options.Login ?? Options.Upstream)?.HasPassword == true;

    /// <summary>The settings that the running server will take over only when it is restarted.</summary>
    public IReadOnlyList<string> PendingRestart => State.Status.HasProcess
        ? [.. Changes.Select(change => change.Name).Where(name => RecoveryEntries.NeedsRestart(name, State.Dialect))]
        : [];

    /// <summary>
    /// The upstreams in the old <c>primary_conninfo</c>, if it lists several. The new one has a single host and replaces them.
    /// </summary>
    internal IReadOnlyList<string> LeftOutUpstreams =>
        Changes.FirstOrDefault(change => change.Name == RecoveryEntries.PrimaryConninfo)?.OldValue is { Length: > 0 } old
        && ConnectionSettings.Parse(old).Hosts is { Count: > 1 } hosts
            ? [.. hosts.Select(host => string.Create(CultureInfo.InvariantCulture, $"{host.Host}:{host.Port}"))]
            : [];

    /// <summary>Whether everything is as wanted already, except for the password file.</summary>
    public bool IsEmpty => Changes.Count == 0 && !BecomesStandby;

    /// <summary>The directory as it was when the plan was made.</summary>
    internal RecoveryState State { get; }

    /// <summary>What was asked for.</summary>
    internal RecoveryOptions Options { get; }

    /// <summary>The plan as lines of a diff: <c>- name = 'old'</c>, <c>+ name = 'new'</c>.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        if (BecomesStandby)
            yield return "+ standby mode";
        foreach (RecoverySettingChange change in Changes)
        {
            if (change.OldValue is not null)
                yield return $"- {change.Name} = {Secrets.Redact(ConfigurationValue.Quote(change.OldValue))}";
            if (change.NewValue is not null)
                yield return $"+ {change.Name} = {ConfigurationValue.Quote(change.NewValue)}";
        }

        if (WritesPassFile)
            yield return $"+ password in {StandbyPassFile.Name}";
    }
}

/// <summary>A setting before and after.</summary>
/// <param name="Name">The setting.</param>
/// <param name="OldValue">Its value; <see langword="null"/> if it is not set.</param>
/// <param name="NewValue">Its new value; <see langword="null"/> if it will not be set.</param>
public sealed record RecoverySettingChange(string Name, string? OldValue, string? NewValue);
