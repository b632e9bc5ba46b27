using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>Backups that can be combined.</summary>
public sealed class BackupMergePlan
{
    internal BackupMergePlan(IHost host, CloneTarget target, string program, IReadOnlyList<PgBaseBackup> chain)
    {
        Host = host;
        Target = target;
        Program = program;
        Chain = chain;
    }

    /// <summary>The backups, the full one first.</summary>
    public IReadOnlyList<PgBaseBackup> Chain { get; }

    internal IHost Host { get; }

    internal CloneTarget Target { get; }

    internal string Program { get; }

    /// <summary>The steps, one per line.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
    [
        $"Put together in '{Target.Incomplete}' with {Program}: {string.Join(", ", Chain.Select(backup => $"'{backup.Directory}'"))}",
        Target.LastStep,
    ]);
}
