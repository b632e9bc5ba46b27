using System.Globalization;

namespace PgHa;

/// <summary>Where recovery is to stop.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET">Recovery
/// Target</see>.
/// </remarks>
public sealed record RecoveryTarget
{
    private RecoveryTarget(RecoveryTargetKind kind, string value) => (Kind, Value) = (kind, value);

    /// <summary>The kind of the target.</summary>
    public RecoveryTargetKind Kind { get; }

    /// <summary>The value of the server's setting; empty if the kind needs none.</summary>
    public string Value { get; }

    /// <summary>The position, if the target is one.</summary>
    public Lsn? Lsn { get; private init; }

    /// <summary>The time, if the target is one.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Whether to stop just before it; only for a time, a position or a transaction.</summary>
    public bool IsExclusive { get; private init; }

    /// <summary>The end of the archive.</summary>
    public static RecoveryTarget EndOfWal { get; } = new(RecoveryTargetKind.EndOfWal, "");

    /// <summary>The end of the backup.</summary>
    public static RecoveryTarget Immediate { get; } = new(RecoveryTargetKind.Immediate, "");

    /// <summary>A time.</summary>
    public static RecoveryTarget At(DateTimeOffset time) =>
        new(
            RecoveryTargetKind.Time,
            time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture))
        { Time = time };

    /// <summary>A position in the log.</summary>
    public static RecoveryTarget At(Lsn position) => new(RecoveryTargetKind.Lsn, position.ToString()) { Lsn = position };

    /// <summary>A restore point.</summary>
    public static RecoveryTarget AtRestorePoint(string name) => new(RecoveryTargetKind.Name, name);

    /// <summary>A transaction.</summary>
    public static RecoveryTarget AtTransaction(uint transaction) =>
        new(RecoveryTargetKind.Transaction, transaction.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same, but just before it.</summary>
    /// <exception cref="PgHaException"><c>TargetNotExclusive</c>: there is nothing just before such a target.</exception>
    public RecoveryTarget Excluding() => Kind is RecoveryTargetKind.Time or RecoveryTargetKind.Lsn or RecoveryTargetKind.Transaction
        ? this with { IsExclusive = true }
        : throw new PgHaException(
            ErrorIds.TargetNotExclusive, PgHaErrorKind.InvalidArgument, $"Recovery cannot stop just before {this}.",
            "Only a time, a position or a transaction can be excluded.");

    /// <summary>The settings that give a server this target, and let it pause there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings()
    {
        string? name = Kind switch
        {
            RecoveryTargetKind.Immediate => "recovery_target",
            RecoveryTargetKind.Time => "recovery_target_time",
            RecoveryTargetKind.Lsn => "recovery_target_lsn",
            RecoveryTargetKind.Name => "recovery_target_name",
            RecoveryTargetKind.Transaction => "recovery_target_xid",
            _ => null,
        };
        if (name is null)
            return [];
        List<KeyValuePair<string, string>> settings =
        [
            new(name, Kind == RecoveryTargetKind.Immediate ? "immediate" : Value),
            new("recovery_target_action", "pause"),
        ];
        if (IsExclusive)
            settings.Add(new("recovery_target_inclusive", "off"));
        return settings;
    }

    /// <summary><c>the end of the WAL</c>, <c>just before transaction 742</c>.</summary>
    public override string ToString() => (IsExclusive ? "just before " : "") + Kind switch
    {
        RecoveryTargetKind.Immediate => "the end of the backup",
        RecoveryTargetKind.Time => Value,
        RecoveryTargetKind.Lsn => Value,
        RecoveryTargetKind.Name => $"restore point '{Value}'",
        RecoveryTargetKind.Transaction => $"transaction {Value}",
        _ => "the end of the WAL",
    };
}
