using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>
/// Proves that a role can replicate from a server to another machine than PgHa's. The server may let that machine in and PgHa's not, or
/// the other way round, so <c>psql</c> connects from there.
/// </summary>
internal static class RemoteReplicationProbe
{
    private const string Program = "psql";

    // The file is readable by its owner alone, as libpq wants it.
    private const string WithPassFile =
        """f=$(mktemp) || exit; cat >"$f" && PGPASSFILE="$f" "$@"; status=$?; rm -f -- "$f"; exit "$status" """;

    /// <summary>Opens a replication connection from a host, and reads the server's identity.</summary>
    /// <exception cref="PgHaException">
    /// <c>ReplicationAccessDenied</c> with what the server or libpq said, <c>ServerProgramsNotFound</c>, or <c>AddressIsLoopback</c>.
    /// </exception>
    public static async Task<SystemIdentity> ProveAsync(IHost from, PgInstance upstream, CancellationToken cancellationToken)
    {
        PgInstance login = upstream.SeenFrom(from.Machine);
        ServerPrograms found = await ServerPrograms.FindClientAsync(
            from, Program, upstream.Version ?? ServerDialect.Oldest, binDirectory: null, cancellationToken).ConfigureAwait(false);
        string conninfo = $"{ProgramConninfo.Of(login, ServerDialect.For(found.Version), database: false)} replication=true";
        string[] psql = [found.PathOf(Program), "-XAtqw", "-d", conninfo, "-c", "IDENTIFY_SYSTEM"];
        HostCommand command = login.HasPassword
            ? new HostCommand("sh", ["-c", WithPassFile, "sh", .. psql]) { StandardInput = PassFileOf(login), Wrapped = psql }
            : new HostCommand(psql[0], psql[1..]);
        CommandResult result = await from.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return result.Succeeded && result.Output.TrimEnd().Split('|') is [var system, var timeline, var lsn, ..]
            ? new SystemIdentity(
                upstream, SystemIdentifier.Parse(system), new TimelineId(uint.Parse(timeline, CultureInfo.InvariantCulture)),
                Lsn.Parse(lsn), Database: null)
            : throw new PgHaException(
                ErrorIds.ReplicationAccessDenied, PgHaErrorKind.PermissionDenied,
                $"{upstream} does not let role '{upstream.UserName}' replicate to {from.Machine.Name}: {result.Error.Trim()}",
                "Create the role and its rule with New-PgReplicationRole, or add a rule for database 'replication' with Add-PgHbaRule, for "
                    + $"the address of {from.Machine.Name}. The server has to listen at {login.Host}, and a password comes with "
                    + "-ReplicationCredential.",
                upstream.ToString());
    }

    private static byte[] PassFileOf(PgInstance login) => PassFile.Empty
        .Set(new PassFileEntry(
            new PassFileKey(
                PrimaryConninfo.Host(login), login.Port.ToString(CultureInfo.InvariantCulture), PassFileKey.Any, login.UserName),
            login.RevealPassword()!))
        .ToBytes();
}
