namespace PgHa;

/// <summary>
/// A member of a cluster with everything that could be read from it. A property is <see langword="null"/> if it could not be read.
/// </summary>
/// <param name="Member">The member and its relations to the others.</param>
public sealed record MemberObservation(PgClusterMember Member)
{
    /// <summary>Its settings: all of them if the server answers SQL, otherwise only those in its files.</summary>
    public IReadOnlyList<PgSetting>? Settings { get; init => field = IndexableList.Of(value); }

    /// <summary>The values in its files of the settings that wait for a restart.</summary>
    public IReadOnlyDictionary<string, string> Pending { get; init; } = new Dictionary<string, string>();

    /// <summary>The rules of its <c>pg_hba.conf</c>.</summary>
    public IReadOnlyList<PgHbaRule>? Hba { get; init => field = IndexableList.Of(value); }

    /// <summary>How it is set up to recover; host access only.</summary>
    public RecoveryConfiguration? Recovery { get; init; }

    /// <summary>The WAL it keeps, and its archiving; only of a server that answers SQL.</summary>
    public WalRetention? Retention { get; init; }

    /// <summary>What its catalogs say; only of a server that answers SQL.</summary>
    public ServerFacts? Facts { get; init; }

    /// <summary>Who starts and stops it; host access only.</summary>
    internal OwnerFacts? Service { get; init; }

    /// <summary>Whether its data directory is there; unknown on another machine.</summary>
    public bool? HasDataDirectory { get; init; }

    /// <summary>Its archiving.</summary>
    public ArchiveStatus? Archive => Retention?.Archive;

    /// <summary>
    /// A setting; <see langword="null"/> if it is not known. For a server that answers no SQL, only the settings in its files are known.
    /// </summary>
    public PgSetting? Setting(string name) =>
        Settings?.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A setting's value; <see langword="null"/> if it is not known, or empty.</summary>
    public string? Value(string name) => Setting(name)?.Value is { Length: > 0 } value ? value : null;

    /// <summary>The value that a setting would have after a restart; <see langword="null"/> if it is not known, or empty.</summary>
    public string? NextValue(string name) => Setting(name) is { PendingRestart: true } pending
        ? Pending.TryGetValue(pending.Name, out string? next) && next.Length > 0 ? next : null
        : Value(name);

    /// <summary>The member's name.</summary>
    public override string ToString() => Member.Name;
}
