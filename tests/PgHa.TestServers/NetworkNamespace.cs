namespace PgHa.TestServers;

/// <summary>
/// A network of its own, in which a server runs as on another machine, joined to this one's by a cable that a test can pull out.
/// </summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);
    private static int Last;

    private readonly string _name;

    // Of a network that is meant for tests, and never routed (RFC 2544).
    private NetworkNamespace(string name, int number)
    {
        _name = name;
        OurAddress = $"198.18.{Environment.ProcessId & 0xFF}.{(4 * number) + 1}";
        Address = $"198.18.{Environment.ProcessId & 0xFF}.{(4 * number) + 2}";
    }

    /// <summary>The address of what runs in it.</summary>
    public string Address { get; }

    /// <summary>This machine's address at the other end of the cable.</summary>
    public string OurAddress { get; }

    /// <summary>A new one; <see langword="null"/> where this process may not make any.</summary>
    public static async Task<NetworkNamespace?> TryCreateAsync()
    {
        if (!ServerUser.IsOther || !OperatingSystem.IsLinux())
            return null;
        // An interface's name has no more than 15 characters.
        int number = Interlocked.Increment(ref Last);
        string name = $"pgha{Environment.ProcessId}-{number}";
        if (!await TryIpAsync("netns", "add", name))
            return null;
        var made = new NetworkNamespace(name, number);
        if (await TryIpAsync("link", "add", name, "type", "veth", "peer", "name", "cable", "netns", name)
            && await TryIpAsync("address", "add", $"{made.OurAddress}/30", "dev", name)
            && await TryIpAsync("link", "set", name, "up")
            && await TryIpAsync("-n", name, "address", "add", $"{made.Address}/30", "dev", "cable")
            && await TryIpAsync("-n", name, "link", "set", "lo", "up")
            && await TryIpAsync("-n", name, "link", "set", "cable", "up"))
        {
            return made;
        }

        await made.DisposeAsync();
        return null;
    }

    /// <summary>Pulls the cable out: nothing arrives any more, and nobody is told.</summary>
    public Task CutAsync() => SetCableAsync("down");

    /// <summary>Plugs the cable in again.</summary>
    public Task MendAsync() => SetCableAsync("up");

    /// <summary>
    /// Starts a server in it, as the server user. Its data directory is seen under another name there, and here under its own alone,
    /// so that whoever looks for the server on this machine finds none.
    /// </summary>
    /// <param name="binDirectory">The server's programs.</param>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="hidden">An empty directory: the other name.</param>
    public async Task StartServerAsync(string binDirectory, string dataDirectory, string hidden)
    {
        string script = $"mount --bind '{dataDirectory}' '{hidden}' && cd / "
            + $"&& exec runuser -u {ServerUser.Name} -- '{binDirectory}/pg_ctl' start -w -t 30 -D '{hidden}' -l '{hidden}/start.log'";
        (await ChildProcess.RunAsync(
            "nsenter",
            [$"--net=/run/netns/{_name}", "unshare", "--mount", "--propagation", "private", "sh", "-c", script],
            Moment)).OrThrow();
    }

    /// <summary>Removes it; what still runs in it keeps running without a network.</summary>
    public async ValueTask DisposeAsync()
    {
        await TryIpAsync("link", "del", _name);
        await TryIpAsync("netns", "del", _name);
    }

    private async Task SetCableAsync(string state) =>
        (await ChildProcess.RunAsync("ip", ["-n", _name, "link", "set", "cable", state], Moment)).OrThrow();

    private static async Task<bool> TryIpAsync(params string[] arguments)
    {
        try
        {
            return (await ChildProcess.RunAsync("ip", arguments, Moment)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no ip.
            return false;
        }
    }
}
