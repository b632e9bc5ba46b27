using System.Globalization;
using System.Text.RegularExpressions;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Finds out which process uses the port that a server wanted.</summary>
internal sealed partial class PortOwner
{
    private readonly IMachine _machine;
    private readonly IHost _host;
    private readonly string _dataDirectory;

    /// <summary>For the server of a data directory that did not get its port.</summary>
    public PortOwner(IMachine machine, IHost host, string dataDirectory)
    {
        _machine = machine;
        _host = host;
        _dataDirectory = dataDirectory;
    }

    /// <summary>
    /// The user of the port, such as <c>process 123, the PostgreSQL server of '/srv/a'</c>; <see langword="null"/> if it is not known.
    /// </summary>
    /// <param name="log">The server's log messages, which name the port.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<string?> DescribeAsync(string log, CancellationToken cancellationToken) =>
        PortInLog().Match(log) is { Success: true } match
            ? await DescribeAsync(
                int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Makes sure that nobody listens on a port of the machine.</summary>
    /// <param name="port">The port.</param>
    /// <param name="advice">What to do if the port is in use.</param>
    /// <param name="server">The server it is about, for the error.</param>
    /// <param name="cancellationToken">Cancels the search for its owner.</param>
    /// <exception cref="PgHaException"><c>PortInUse</c>.</exception>
    public async Task RequireFreeAsync(int port, string advice, string server, CancellationToken cancellationToken)
    {
        if ((await _machine.ListeningPortsAsync(cancellationToken).ConfigureAwait(false)).Contains(port))
            throw InUse(port, await DescribeAsync(port, cancellationToken).ConfigureAwait(false) ?? "another program", advice, server);
    }

    /// <summary>The failure of a server that cannot have its port.</summary>
    public static PgHaException InUse(int port, string owner, string advice, string server) => new(
        ErrorIds.PortInUse, PgHaErrorKind.AlreadyExists,
            string.Create(CultureInfo.InvariantCulture, $"Port {port} is taken by {owner}."), advice,
        server);

    /// <summary>The process that uses a port; <see langword="null"/> if it is not known.</summary>
    public async Task<string?> DescribeAsync(int port, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        foreach (HostProcess process in processes)
        {
            if (PostmasterCommand.DataDirectoryOf(process) is { } directory && directory != _dataDirectory
                && await PortOfAsync(directory, cancellationToken).ConfigureAwait(false) == port)
            {
                return $"process {process.Id}, the PostgreSQL server of '{directory}'";
            }
        }

        return await _machine.ListenerOfAsync(port, cancellationToken).ConfigureAwait(false) is { } id
            && processes.FirstOrDefault(process => process.Id == id) is { } other
            ? $"process {id} of {other.UserName}: {other.CommandLine}"
            : null;
    }

    private async Task<int?> PortOfAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return (await new PostmasterProbe(_host, directory).ReadAsync(cancellationToken).ConfigureAwait(false))?.Port;
        }
        catch (PgHaException)
        {
            return null; // another user's server
        }
    }

    [GeneratedRegex(@"running on port (?<port>\d+)|\.s\.PGSQL\.(?<port>\d+)|port (?<port>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex PortInLog();
}
