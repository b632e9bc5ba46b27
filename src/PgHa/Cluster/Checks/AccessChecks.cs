using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of who may replicate or connect, and of how they authenticate.</summary>
internal static class AccessChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        new("ReplicationBySuperuser", Warning, "Standbys stream as a superuser", BySuperuser),
        ClusterCheck.OfMember(
            "ReplicationTrusted", Warning, "pg_hba.conf lets anybody replicate without a password, over the network",
            "Replace trust by scram-sha-256 (Add-PgHbaRule, Remove-PgHbaRule).",
            member => member.Hba?.FirstOrDefault(
                line => line.Method == HbaMethod.Trust
                    && line.Type != HbaConnectionType.Local
                    && line.Rule.Databases.Any(database => database.Kind == HbaNameKind.Replication)) is { } rule
                ? $"trusts whoever replicates from {rule.Address} (line {rule.LineNumber} of pg_hba.conf)" : null),
        ClusterCheck.OfMember(
            "ConnectionsTrusted", Warning, "pg_hba.conf lets anybody connect without a password, from other machines",
            "Replace trust by scram-sha-256 (Add-PgHbaRule, Remove-PgHbaRule).",
            member => member.Hba?.FirstOrDefault(
                line => line.Method == HbaMethod.Trust
                    && line.Address is { } address
                    && !address.StartsWith("127.", StringComparison.Ordinal)
                    && !address.StartsWith("::1", StringComparison.Ordinal)
                    && line.Rule.Databases.All(database => database.Kind != HbaNameKind.Replication)) is { } rule
                ? $"trusts whoever connects from {rule.Address} (line {rule.LineNumber} of pg_hba.conf)" : null),
        ClusterCheck.OfMember(
            "NoPassFile", Information, "A standby's password for its upstream is in no password file of its own",
            "Write it with Set-PgRecoveryConf -ReplicationCredential.",
            member => member is { Member.Role: ServerRole.Standby, Recovery: { UpstreamHost: { } host, PassFile: null } }
                && !host.StartsWith('/')
                ? "names no password file in primary_conninfo"
                : null),
    ];

    private static IEnumerable<Symptom> BySuperuser(ClusterObservation observation)
    {
        HashSet<string> superusers = [.. observation.Primary?.Facts?.Roles.Where(role => role.IsSuperuser).Select(role => role.Name) ?? []];
        return from member in observation.Cluster.Members
               where member.Link?.UserName is { } role && superusers.Contains(role)
               select new Symptom(
                   member.Name, $"{member.Name} streams as '{member.Link!.UserName}', a superuser",
                   "Make a role that may only replicate (New-PgReplicationRole), and use it (Set-PgRecoveryConf).");
    }
}
