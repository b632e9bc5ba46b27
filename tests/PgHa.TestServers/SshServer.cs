using System.Globalization;

namespace PgHa.TestServers;

/// <summary>
/// An sshd on loopback ports, as another machine, with keys of its own. It runs as the server user, and then it lets nobody else in, or as
/// the user of this process.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    /// <summary>The name that the programs of <see cref="BinDirectory"/> know the machine by.</summary>
    public const string Alias = "archive-host";

    private const string Program = "/usr/sbin/sshd";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly bool _isOwn;

    private SshServer(string directory, bool isOwn) => (_directory, _isOwn) = (directory, isOwn);

    /// <summary>A directory with an <c>ssh</c> that has the configuration and the keys: put it first in <c>PATH</c>.</summary>
    public string BinDirectory => Path.Combine(_directory, "bin");

    /// <summary>Whether there is an sshd to start.</summary>
    public static bool IsInstalled { get; } = File.Exists(Program) && File.Exists("/usr/bin/ssh");

    /// <summary>Starts one as the server user, which goes with the area.</summary>
    /// <param name="area">Where its files are.</param>
    /// <param name="options">Further lines of its configuration.</param>
    public static async Task<SshServer> StartAsync(TestArea area, params string[] options)
    {
        string directory = await area.CreateDirectoryAsync("sshd");
        int port = area.NextPort();
        var server = new SshServer(directory, isOwn: false);
        await server.StartAsync([port], options);
        await server.ScriptAsync("mkdir \"$1/bin\"", directory);
        await server.ScriptAsync("printf '%s %s\\n' \"$2\" \"$(cat \"$1/host_key.pub\")\" >\"$1/known_hosts\"", directory, Alias);
        await server.WriteAsync(
            $"{directory}/ssh_config",
            [
                $"Host {Alias}", "HostName 127.0.0.1", $"Port {Text(port)}", $"HostKeyAlias {Alias}", $"IdentityFile {directory}/key",
                "IdentitiesOnly yes", $"UserKnownHostsFile {directory}/known_hosts", "GlobalKnownHostsFile /dev/null",
            ]);
        await server.WriteAsync($"{directory}/bin/ssh", ["#!/bin/sh", $"exec /usr/bin/ssh -F '{directory}/ssh_config' \"$@\""]);
        await server.RunAsync("chmod", "755", $"{directory}/bin/ssh");
        return server;
    }

    /// <summary>Starts one as the user of this process. Of root, it lets every user in.</summary>
    /// <param name="directory">Where its files are: <c>key</c>, and the host's public key <c>host_key.pub</c>.</param>
    /// <param name="ports">Its ports.</param>
    /// <param name="options">Further lines of its configuration.</param>
    public static async Task<SshServer> StartAsync(string directory, IReadOnlyList<int> ports, params string[] options)
    {
        var server = new SshServer(directory, isOwn: true);
        // The sshd of root wants an empty directory of its own.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        await server.StartAsync(ports, options);
        return server;
    }

    /// <summary>Starts it after <see cref="StopAsync"/>.</summary>
    public Task StartAgainAsync() => RunAsync(Program, "-f", $"{_directory}/sshd_config", "-E", $"{_directory}/log");

    /// <summary>Ends it: who connects from now on finds nobody there. Connections go on.</summary>
    public async Task StopAsync()
    {
        if (await IdAsync() is { } id)
            await OutcomeAsync("kill", id);
    }

    /// <summary>Ends the connections, as a cut link does: both processes of each, and none that they have started.</summary>
    public async Task CutAsync()
    {
        if (await IdAsync() is { } id)
        {
            await ScriptAsync(
                "for one in $(pgrep -P \"$1\" -x sshd); do kill -KILL $(pgrep -P $one -x sshd) $one 2>/dev/null; done; true", id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        await StopAsync();
    }

    private async Task<string?> IdAsync() =>
        File.Exists($"{_directory}/sshd.pid") ? (await File.ReadAllTextAsync($"{_directory}/sshd.pid")).Trim() : null;

    /// <summary>Makes a key that the server does not know, in its directory.</summary>
    public Task CreateKeyAsync(string name) =>
        RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", $"{_directory}/{name}");

    private async Task StartAsync(IReadOnlyList<int> ports, string[] options)
    {
        await CreateKeyAsync("host_key");
        await CreateKeyAsync("key");
        // The logins of other users read the authorized keys too.
        await ScriptAsync("cp \"$1/key.pub\" \"$1/authorized_keys\" && chmod 644 \"$1/authorized_keys\"", _directory);
        bool knowsUsers = _isOwn && Environment.IsPrivilegedProcess;
        await WriteAsync(
            $"{_directory}/sshd_config",
            [
                .. ports.Select(port => $"Port {Text(port)}"), "ListenAddress 127.0.0.1", $"HostKey {_directory}/host_key",
                $"PidFile {_directory}/sshd.pid", $"AuthorizedKeysFile {_directory}/authorized_keys", "StrictModes no",
                $"UsePAM {(knowsUsers ? "yes" : "no")}", "PasswordAuthentication no", .. options,
            ]);
        await StartAgainAsync();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private Task WriteAsync(string path, IReadOnlyList<string> lines) =>
        ScriptAsync("printf %s \"$2\" >\"$1\"", path, string.Concat(lines.Select(line => line + "\n")));

    private Task ScriptAsync(string script, params string[] arguments) => RunAsync("sh", ["-c", script, "sh", .. arguments]);

    private async Task RunAsync(string program, params string[] arguments) => (await OutcomeAsync(program, arguments)).OrThrow();

    private Task<ProcessResult> OutcomeAsync(string program, params string[] arguments) => _isOwn
        ? ChildProcess.RunAsync(program, arguments, Moment)
        : ServerUser.RunAsync(program, arguments, Moment);
}
