namespace PgHa;

/// <summary>A member of a cluster, with all there is to be known of it: what is <see langword="null"/> could not be read.</summary>
/// <param name="Member">What it is in the cluster.</param>
public sealed record MemberObservation(PgClusterMember Member)
{
    /// <summary>Its settings: all of a server that answers SQL, otherwise those that its files set.</summary>
    public IReadOnlyList<PgSetting>? Settings { get; init => field = IndexableList.Of(value); }

    /// <summary>The values that its files have of settings that wait for a restart.</summary>
    public IReadOnlyDictionary<string, string> Pending { get; init; } = new Dictionary<string, string>();

    /// <summary>The rules of its <c>pg_hba.conf</c>.</summary>
    public IReadOnlyList<PgHbaRule>? Hba { get; init => field = IndexableList.Of(value); }

    /// <summary>How it is set up to recover; host access only.</summary>
    public RecoveryConfiguration? Recovery { get; init; }

    /// <summary>The WAL it keeps, and its archiving; only of a server that answers SQL.</summary>
    public WalRetention? Retention { get; init; }

    /// <summary>What its catalogs say; only of a server that answers SQL.</summary>
    public ServerFacts? Facts { get; init; }

    /// <summary>Whether its data directory is there; unknown on another machine.</summary>
    public bool? HasDataDirectory { get; init; }

    /// <summary>Its archiving.</summary>
    public ArchiveStatus? Archive => Retention?.Archive;

    /// <summary>A setting; <see langword="null"/> if it is not known, or no file of a server that answers no SQL sets it.</summary>
    public PgSetting? Setting(string name) => Settings?.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A setting's value, without an empty one.</summary>
    public string? Value(string name) => Setting(name)?.Value is { Length: > 0 } value ? value : null;

    /// <summary>The value of a setting that it would start with; <see langword="null"/> if that is not known, or empty.</summary>
    public string? NextValue(string name) => Setting(name) is { PendingRestart: true } pending
        ? Pending.TryGetValue(pending.Name, out string? next) && next.Length > 0 ? next : null
        : Value(name);

    /// <summary>The member's name.</summary>
    public override string ToString() => Member.Name;
}
