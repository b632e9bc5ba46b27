using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Looks whether a server's files are where its instance has them.</summary>
internal static class ServerFiles
{
    /// <summary>
    /// Whether the data directory is there; <see langword="null"/> if the instance names none, or its machine cannot be reached.
    /// </summary>
    public static async Task<bool?> AreThereAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is not { } directory)
            return null;
        try
        {
            IHost own = await context.MachineOf(server).OperatorAsync(cancellationToken).ConfigureAwait(false);
            return await own.StatAsync(directory, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (PgHaException e) when (!server.Machine.IsThisMachine && e.Kind == PgHaErrorKind.ConnectionFailed)
        {
            context.Log.Warn($"The files of {server} cannot be looked at: {e.Message}");
            return null;
        }
    }
}
