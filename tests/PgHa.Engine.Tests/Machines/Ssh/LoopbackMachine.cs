using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Machines.Ssh;

/// <summary>This machine, reached by a real sshd on loopback. One serves all tests of the process.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LoopbackMachine
{
    private static readonly Lazy<LoopbackMachine> Running = new(() => new LoopbackMachine());

    private readonly string _folder;
    private readonly Dictionary<Greeting, int> _ports;

    private LoopbackMachine()
    {
        _folder = Directory.CreateTempSubdirectory("pgha-sshd-").FullName;
        // The logins of other users read the authorized keys too.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path("banner"), "Only for tests\nMARK 0\n");
        _ports = Enum.GetValues<Greeting>().Zip(FreePorts(Enum.GetValues<Greeting>().Length)).ToDictionary();
        SshServer server = SshServer.StartAsync(_folder, [.. _ports.Values], Logins()).GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(server);
        server.CreateKeyAsync("other").GetAwaiter().GetResult();
        string hostKey = string.Join(' ', File.ReadAllText(Path("host_key.pub")).Split(' ')[..2]);
        File.WriteAllLines(Path("known"), _ports.Values.Select(port => $"[127.0.0.1]:{port} {hostKey}"));
    }

    /// <summary>What a login meets before its command.</summary>
    internal enum Greeting
    {
        None,
        BannerAndChattyProfile,
        CShell,
        Fish,
        NoShell,
    }

    /// <summary>The server; a test is skipped where there is none.</summary>
    public static LoopbackMachine Shared
    {
        get
        {
            if (!SshServer.IsInstalled && TestEnvironment.IsCi)
                Assert.Fail("OpenSSH's server and client are to be installed on CI");
            Assert.SkipUnless(SshServer.IsInstalled, "there is no sshd");
            return Running.Value;
        }
    }

    /// <summary>The port of a kind of login.</summary>
    public int Port(Greeting greeting = Greeting.None) => _ports[greeting];

    /// <summary>This machine, over ssh.</summary>
    public PgMachine Machine(Greeting greeting = Greeting.None) => new()
    {
        Name = "there",
        HostName = "127.0.0.1",
        Port = Port(greeting),
        KeyFilePath = Path("key"),
        Options = Options("known"),
    };

    /// <summary>The same over a connection of its own, which no other test uses: a server opens ten sessions on one.</summary>
    public PgMachine Apart => Machine() with { Options = new Dictionary<string, string>(Options("known")) { ["ConnectTimeout"] = "15" } };

    /// <summary>The same with a key that the server does not know.</summary>
    public PgMachine WithWrongKey => Machine() with { KeyFilePath = Path("other") };

    /// <summary>The same where ssh does not know the server.</summary>
    public PgMachine Unknown => Machine() with { Options = Options("nobody") };

    /// <summary>The same where ssh knows another key of the server.</summary>
    public PgMachine Changed
    {
        get
        {
            string other = string.Join(' ', File.ReadAllText(Path("other.pub")).Split(' ')[..2]);
            File.WriteAllText(Path("changed"), $"[127.0.0.1]:{Port()} {other}\n");
            return Machine() with { Options = Options("changed") };
        }
    }

    /// <summary>The same, reached through another port of this machine.</summary>
    public PgMachine Behind(int port) => Machine() with
    {
        Port = port,
        Options = new Dictionary<string, string>(Options("known"))
        {
            ["HostKeyAlias"] = $"[127.0.0.1]:{Port()}",
            ["ServerAliveInterval"] = "1",
            ["ServerAliveCountMax"] = "2",
        },
    };

    private string Path(string name) => $"{_folder}/{name}";

    // The agent and the known hosts of whoever runs the tests are none of theirs.
    private Dictionary<string, string> Options(string known) => new()
    {
        ["UserKnownHostsFile"] = Path(known),
        ["GlobalKnownHostsFile"] = "/dev/null",
        ["IdentityAgent"] = "none",
        ["IdentitiesOnly"] = "yes",
    };

    private string[] Logins() =>
    [
        "KbdInteractiveAuthentication no", "PermitRootLogin yes", "LogLevel VERBOSE", "MaxStartups 50",
        $"Match LocalPort {_ports[Greeting.BannerAndChattyProfile]}", $"Banner {Path("banner")}",
        "ForceCommand echo \"Welcome 0\"; echo \"0 of 3 updates\" >&2; printf 'no\\0line'; exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"",
        $"Match LocalPort {_ports[Greeting.CShell]}", "ForceCommand exec tcsh -c \"$SSH_ORIGINAL_COMMAND\"",
        $"Match LocalPort {_ports[Greeting.Fish]}", "ForceCommand exec fish -c \"$SSH_ORIGINAL_COMMAND\"",
        $"Match LocalPort {_ports[Greeting.NoShell]}", "ForceCommand echo \"This account is currently not available.\"; exit 1",
    ];

    // All are bound before one is let go, so that they differ.
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Dispose();
        return ports;
    }

    private void Stop(SshServer server)
    {
        server.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }
}
