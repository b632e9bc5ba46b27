using System.Globalization;
using System.Text.RegularExpressions;
using PgHa.Engine.Hosts;

namespace PgHa.Engine.Instances;

/// <summary>Finds out who has the port that a server wanted.</summary>
internal sealed partial class PortOwner
{
    private readonly IHost _host;
    private readonly string _dataDirectory;

    /// <summary>For the server of a data directory that did not get its port.</summary>
    public PortOwner(IHost host, string dataDirectory)
    {
        _host = host;
        _dataDirectory = dataDirectory;
    }

    /// <summary>Who has it, such as <c>process 123, the PostgreSQL server of '/srv/a'</c>; <see langword="null"/> if that cannot be told.</summary>
    /// <param name="log">What the server logged, which names the port.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<string?> DescribeAsync(string log, CancellationToken cancellationToken) =>
        PortInLog().Match(log) is { Success: true } match
            ? await DescribeAsync(int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Who has a port; <see langword="null"/> if that cannot be told.</summary>
    public async Task<string?> DescribeAsync(int port, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        foreach (HostProcess process in processes.Where(process => PostmasterCommand.IsPostmaster(process.CommandLine)))
        {
            if (PostmasterCommand.DataDirectoryOf(process.CommandLine) is { } directory && directory != _dataDirectory
                && await PortOfAsync(directory, cancellationToken).ConfigureAwait(false) == port)
            {
                return $"process {process.Id}, the PostgreSQL server of '{directory}'";
            }
        }

        return OperatingSystem.IsLinux() && ListeningSockets.OwnerOf(port) is { } id && processes.FirstOrDefault(process => process.Id == id) is { } other
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
