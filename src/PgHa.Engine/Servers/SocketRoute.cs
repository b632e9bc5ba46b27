using System.Collections.Concurrent;

namespace PgHa.Engine.Servers;

/// <summary>
/// The way of a session to a server on another machine: by TCP, as other clients come, or else by the server's Unix socket, over ssh.
/// </summary>
/// <remarks>
/// A new server lets nobody in from elsewhere, and a server that listens on loopback alone cannot be reached. On its socket it meets the
/// login of the machine, whom it lets in by <c>peer</c> authentication if its map has that name, as it would let that user in there.
/// </remarks>
internal static class SocketRoute
{
    // What was the way once is tried first the next time.
    private static readonly ConcurrentDictionary<(PgMachine Machine, string Directory, int Port), bool> BySocket = new();

    /// <summary>Opens a session.</summary>
    /// <param name="context">The log.</param>
    /// <param name="instance">The server.</param>
    /// <param name="open">Opens it at the socket in a directory of this machine; by TCP without one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">What TCP fails with, where neither is a way.</exception>
    public static async Task<T> OpenAsync<T>(
        EngineContext context, PgInstance instance, Func<string?, Task<T>> open, CancellationToken cancellationToken)
        where T : class
    {
        if (instance is not { Machine.IsThisMachine: false, HasPassword: false, SocketDirectory: { } directory })
            return await open(null).ConfigureAwait(false);

        (PgMachine Machine, string, int Port) socket = (instance.Machine, directory, instance.Port);
        if (BySocket.ContainsKey(socket))
        {
            if (await TryAsync().ConfigureAwait(false) is { } known)
                return known;
            BySocket.TryRemove(socket, out _);
        }

        try
        {
            return await open(null).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.AccessDenied or ErrorIds.PasswordRequired
            or ErrorIds.ServerUnreachable or ErrorIds.ConnectionTimeout)
        {
            if (await TryAsync().ConfigureAwait(false) is not { } found)
                throw;
            context.Log.Step($"{instance} lets nobody in by TCP; its socket on {instance.Machine.Name} does");
            BySocket[socket] = true;
            return found;
        }

        async Task<T?> TryAsync()
        {
            try
            {
                return await open(await context.MachineOf(instance.Machine).SocketDirectoryAsync(
                    directory, instance.Port, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (PgHaException e)
            {
                context.Log.Detail($"{instance} by its socket: {e.Message}");
                return null;
            }
        }
    }
}
