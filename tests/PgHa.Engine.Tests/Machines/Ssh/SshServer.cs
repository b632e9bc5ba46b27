using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Machines.Ssh;

/// <summary>A real ssh server on loopback, of this process's own user, with keys of its own. One serves all tests of the process.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SshServer
{
    private const string Program = "/usr/sbin/sshd";

    private static readonly Lazy<SshServer> Running = new(() => new SshServer());
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly Process _process;
    private readonly Dictionary<Greeting, int> _ports;

    private SshServer()
    {
        _folder = Directory.CreateTempSubdirectory("pgha-sshd-").FullName;
        // Other users' logins read the authorized keys too.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        foreach (string key in new[] { "host", "key", "other" })
            Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path(key));
        File.Copy(Path("key.pub"), Path("authorized"));
        File.SetUnixFileMode(Path("authorized"), (UnixFileMode)0b110_100_100);
        File.WriteAllText(Path("banner"), "Only for tests\nMARK 0\n");
        _ports = Enum.GetValues<Greeting>().Zip(FreePorts(Enum.GetValues<Greeting>().Length)).ToDictionary();
        File.WriteAllText(Path("config"), Configuration());
        string hostKey = string.Join(' ', File.ReadAllText(Path("host.pub")).Split(' ')[..2]);
        File.WriteAllLines(Path("known"), _ports.Values.Select(port => $"[127.0.0.1]:{port} {hostKey}"));
        // sshd of root wants its own empty directory.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        _process = Process.Start(Program, ["-D", "-f", Path("config"), "-E", Path("log")]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();
        WaitUntilUp();
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
    public static SshServer Shared
    {
        get
        {
            bool isThere = File.Exists(Program) && LocalDirectory.Find(["ssh"]).Count > 0;
            if (!isThere && TestEnvironment.IsCi)
                Assert.Fail("OpenSSH's server and client are to be installed on CI");
            Assert.SkipUnless(isThere, "there is no sshd");
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

    private string Configuration()
    {
        string listeners = string.Concat(_ports.Values.Select(port => string.Create(CultureInfo.InvariantCulture, $"Port {port}\n")));
        return $"""
            {listeners}ListenAddress 127.0.0.1
            HostKey {Path("host")}
            AuthorizedKeysFile {Path("authorized")}
            PidFile none
            StrictModes no
            UsePAM {(Environment.IsPrivilegedProcess ? "yes" : "no")}
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            LogLevel VERBOSE
            MaxStartups 50
            Match LocalPort {_ports[Greeting.BannerAndChattyProfile]}
                Banner {Path("banner")}
                ForceCommand echo "Welcome 0"; echo "0 of 3 updates" >&2; printf 'no\0line'; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
            Match LocalPort {_ports[Greeting.CShell]}
                ForceCommand exec tcsh -c "$SSH_ORIGINAL_COMMAND"
            Match LocalPort {_ports[Greeting.Fish]}
                ForceCommand exec fish -c "$SSH_ORIGINAL_COMMAND"
            Match LocalPort {_ports[Greeting.NoShell]}
                ForceCommand echo "This account is currently not available."; exit 1

            """;
    }

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

    private void WaitUntilUp()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", Port());
                return;
            }
            catch (SocketException) when (watch.Elapsed < StartTimeout && !_process.HasExited)
            {
                Thread.Sleep(10);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"sshd did not start: {File.ReadAllText(Path("log"))}");
            }
        }
    }

    private void Stop()
    {
        if (!_process.HasExited)
            _process.Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
