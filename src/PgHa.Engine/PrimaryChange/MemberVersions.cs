using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.PrimaryChange;

/// <summary>
/// Finds the versions of members whose instances do not tell them, so that no step has to ask a server that no longer answers.
/// </summary>
internal static class MemberVersions
{
    /// <summary>The cluster, with the versions of its members read from their files or from the servers.</summary>
    public static async Task<PgCluster> CompleteAsync(
        EngineContext context, PgCluster cluster, CancellationToken cancellationToken) => cluster with
        {
            Members = await Task.WhenAll(
            cluster.Members.Select(member => CompleteAsync(context, member, cancellationToken))).ConfigureAwait(false),
        };

    private static async Task<PgClusterMember> CompleteAsync(
        EngineContext context, PgClusterMember member, CancellationToken cancellationToken) =>
        member.Server is { Version: null } server
            ? member with
            {
                Server = server with
                {
                    Version = await OfAsync(context, server, member.IsHot == true, cancellationToken).ConfigureAwait(false),
                },
            }
            : member;

    private static async Task<ServerVersion?> OfAsync(
        EngineContext context, PgInstance server, bool answersSql, CancellationToken cancellationToken)
    {
        try
        {
            if (server.DataDirectory is { } directory)
            {
                IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
                if (await DataDirectoryVersion.TryReadAsync(host, directory, cancellationToken).ConfigureAwait(false) is { } version)
                    return version;
            }

            if (!answersSql)
                return null;
            ServerSession session = await ServerSession.OpenAsync(context, server, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                return session.Dialect.Version;
        }
        catch (PgHaException e)
        {
            context.Log.Detail($"The version of {server} is not known: {e.Message}");
            return null;
        }
    }
}
