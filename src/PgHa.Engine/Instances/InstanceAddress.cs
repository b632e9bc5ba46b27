using System.Globalization;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>Where a server is reached: as it runs, otherwise as its configuration has it.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="Configuration">Its files.</param>
/// <param name="Running">Its <c>postmaster.pid</c>, if it runs.</param>
internal sealed record InstanceAddress(PgMachine Machine, ServerConfiguration Configuration, PostmasterPid? Running)
{
    private const string DefaultListenAddress = "localhost";

    /// <summary>The first address; a server without TCP is reached by its socket alone.</summary>
    public string Host
    {
        get
        {
            string configured = Configuration["listen_addresses"] ?? DefaultListenAddress;
            string listens = Running is null ? configured : Running.ListenAddress ?? "";
            return listens.Trim().Length == 0 ? FirstSocketDirectory ?? "/tmp" : ListenAddress.Reachable(listens, Machine);
        }
    }

    /// <summary>The port.</summary>
    public int Port => Running?.Port
        ?? (int.TryParse(Configuration["port"], CultureInfo.InvariantCulture, out int port) ? port : PgInstance.DefaultPort);

    /// <summary>The directory of the Unix socket.</summary>
    public async Task<string?> SocketDirectoryAsync(IHost host, CancellationToken cancellationToken)
    {
        if (Running is not null)
            return Running.SocketDirectory;
        return FirstSocketDirectory ?? InitialConfiguration.DefaultSocketDirectory(
            await host.ReadFileAsync(Configuration.Main.Path, cancellationToken).ConfigureAwait(false) ?? []);
    }

    private string? FirstSocketDirectory => Running?.SocketDirectory
        ?? Configuration["unix_socket_directories"]?.Split(',', StringSplitOptions.TrimEntries)[0].Trim('"') switch
        {
            { Length: > 0 } first => first,
            _ => null,
        };
}
