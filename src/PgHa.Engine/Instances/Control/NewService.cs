using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>A service that a new server can become: whoever starts it at boot knows it then.</summary>
public abstract class NewService
{
    private protected NewService(string dataDirectory) => DataDirectory = dataDirectory;

    /// <summary>The data directory of the server.</summary>
    public string DataDirectory { get; }

    /// <summary>The name of the server, where nobody gives it another one.</summary>
    public abstract string Name { get; }

    /// <summary>The major version that the server must have; <see langword="null"/> for any.</summary>
    public virtual ServerVersion? Version => null;

    /// <summary>Makes sure that a server is of the version that the service needs.</summary>
    /// <exception cref="PgHaException"><c>WrongServerVersion</c>.</exception>
    internal void RequireVersion(ServerVersion version, PgInstance server)
    {
        if (Version is { } needed && needed.MajorVersion != version.MajorVersion)
        {
            throw new PgHaException(
                ErrorIds.WrongServerVersion, PgHaErrorKind.InvalidArgument,
                $"{Title} would be of another version than {server}, which is PostgreSQL {version.Major}.",
                $"Begin its name with {version.Major}/.", server.ToString());
        }
    }

    /// <summary>How messages name it.</summary>
    internal abstract string Title { get; }

    /// <summary>Makes a server that is complete, and has not been started yet, the service.</summary>
    internal abstract Task RegisterAsync(EngineContext context, IHost host, PgInstance made, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="RegisterAsync"/>, also where that was interrupted.</summary>
    internal abstract Task UnregisterAsync(EngineContext context, IHost host);
}
