using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances.Control;

/// <summary>Finds the unit of systemd that would start the server of a data directory.</summary>
internal static class UnitSearch
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly string[] Folders =
    [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ];

    /// <summary>The units whose start command or environment names the data directory.</summary>
    public static async Task<IReadOnlyList<ServiceUnit>> FindAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        // Of all units only those are loaded, and asked for, whose file names the directory: there may be hundreds.
        CommandResult files = await host.RunAsync(
            new HostCommand(
                "grep", ["-rlsF", "--include=*.service", "--include=*.conf", "-e", dataDirectory, "--", .. Folders])
            { Timeout = Deadline },
            cancellationToken).ConfigureAwait(false);
        string[] units = [.. files.Output.Split('\n').Select(ServiceUnitFile.UnitOf).OfType<string>().Distinct()];
        IReadOnlyList<ServiceUnit> found = await new Systemctl(host).ShowAsync(units, cancellationToken).ConfigureAwait(false);
        List<ServiceUnit> starting = [];
        foreach (ServiceUnit unit in found)
        {
            if (unit.DataDirectory is { } directory
                && await DataDirectoryPath.AreSameAsync(host, directory, dataDirectory, cancellationToken).ConfigureAwait(false))
                starting.Add(unit);
        }

        return starting;
    }
}
