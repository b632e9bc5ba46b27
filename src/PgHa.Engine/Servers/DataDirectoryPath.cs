using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Compares data directories. A server reports its directory as it was given at its start.</summary>
internal static class DataDirectoryPath
{
    /// <summary>Whether two paths of a host lead to the same directory, through symbolic links too.</summary>
    public static async Task<bool> AreSameAsync(IHost host, string left, string right, CancellationToken cancellationToken) =>
        AreEqual(left, right)
        || await RealPath.OfAsync(host, left, cancellationToken).ConfigureAwait(false)
            == await RealPath.OfAsync(host, right, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether one of several paths leads to a directory.</summary>
    public static async Task<bool> IsAmongAsync(
        IHost host, string directory, IEnumerable<string> others, CancellationToken cancellationToken)
    {
        foreach (string other in others)
        {
            if (await AreSameAsync(host, other, directory, cancellationToken).ConfigureAwait(false))
                return true;
        }

        return false;
    }

    /// <summary>Whether two paths are the same without a look at the file system.</summary>
    public static bool AreEqual(string left, string right) => HostPath.Normal(left) == HostPath.Normal(right);

    /// <summary>Makes sure that the server that answered runs on the instance's data directory, if it has one.</summary>
    /// <exception cref="PgHaException"><c>WrongServer</c>: it runs on another.</exception>
    public static async Task EnsureOfAsync(
        EngineContext context, PgInstance instance, string actual, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is not { } expected || AreEqual(expected, actual))
            return;
        IHost own = await context.MachineOf(instance).OperatorAsync(cancellationToken).ConfigureAwait(false);
        if (await AreSameAsync(own, expected, actual, cancellationToken).ConfigureAwait(false))
            return;

        throw new PgHaException(
            ErrorIds.WrongServer,
            PgHaErrorKind.InvalidState,
            $"The server at {instance.Address} runs on the data directory '{actual}', not on '{expected}' of {instance}.",
            "Check the port: another server has taken it, or this one is stopped.",
            instance.ToString());
    }
}
