using System.Globalization;

namespace PgHa.TestServers;

/// <summary>
/// An sshd on a loopback port, as another machine that the server user logs in to with a key. It runs as the server user, so it lets nobody
/// else in. It goes with the <see cref="TestArea"/> it is in.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    /// <summary>The name that the programs of <see cref="BinDirectory"/> know the machine by.</summary>
    public const string Alias = "archive-host";

    private const string Program = "/usr/sbin/sshd";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private readonly string _directory;

    private SshServer(string directory, int port) => (_directory, Port) = (directory, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>A directory with an <c>ssh</c> that has the configuration and the keys: put it first in <c>PATH</c>.</summary>
    public string BinDirectory => Path.Combine(_directory, "bin");

    /// <summary>Whether there is an sshd to start.</summary>
    public static bool IsInstalled { get; } = File.Exists(Program) && File.Exists("/usr/bin/ssh");

    /// <summary>Starts one.</summary>
    /// <param name="area">Where its files are.</param>
    /// <param name="options">Further lines of its configuration.</param>
    public static async Task<SshServer> StartAsync(TestArea area, params string[] options)
    {
        string directory = await area.CreateDirectoryAsync("sshd");
        var server = new SshServer(directory, area.NextPort());
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", $"{directory}/host_key");
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", $"{directory}/key");
        await ScriptAsync("mkdir \"$1/bin\" && cp \"$1/key.pub\" \"$1/authorized_keys\"", directory);
        await ScriptAsync("printf '%s %s\\n' \"$2\" \"$(cat \"$1/host_key.pub\")\" >\"$1/known_hosts\"", directory, Alias);
        await WriteAsync(
            $"{directory}/sshd_config",
            [
                $"Port {port}", "ListenAddress 127.0.0.1", $"HostKey {directory}/host_key", $"PidFile {directory}/sshd.pid",
                $"AuthorizedKeysFile {directory}/authorized_keys", "StrictModes no", "UsePAM no", "PasswordAuthentication no", .. options,
            ]);
        await WriteAsync(
            $"{directory}/ssh_config",
            [
                $"Host {Alias}", "HostName 127.0.0.1", $"Port {port}", $"HostKeyAlias {Alias}", $"IdentityFile {directory}/key",
                "IdentitiesOnly yes", $"UserKnownHostsFile {directory}/known_hosts", "GlobalKnownHostsFile /dev/null",
            ]);
        await WriteAsync($"{directory}/bin/ssh", ["#!/bin/sh", $"exec /usr/bin/ssh -F '{directory}/ssh_config' \"$@\""]);
        await RunAsync("chmod", "755", $"{directory}/bin/ssh");
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it after <see cref="StopAsync"/>.</summary>
    public Task StartAgainAsync() => RunAsync(Program, "-f", $"{_directory}/sshd_config", "-E", $"{_directory}/log");

    /// <summary>Ends it: who connects from now on finds nobody there. Connections go on.</summary>
    public async Task StopAsync()
    {
        if (await IdAsync() is { } id)
            await ServerUser.RunAsync("kill", [id], Moment);
    }

    /// <summary>Ends the connections, as a cut link does: both processes of each, and none that they have started.</summary>
    public async Task CutAsync()
    {
        if (await IdAsync() is { } id)
            await ScriptAsync("for one in $(pgrep -P \"$1\" -x sshd); do kill -KILL $(pgrep -P $one -x sshd) $one 2>/dev/null; done; true", id);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        await StopAsync();
    }

    private async Task<string?> IdAsync() =>
        File.Exists($"{_directory}/sshd.pid") ? (await File.ReadAllTextAsync($"{_directory}/sshd.pid")).Trim() : null;

    private static Task WriteAsync(string path, IReadOnlyList<string> lines) =>
        ScriptAsync("printf %s \"$2\" >\"$1\"", path, string.Concat(lines.Select(line => line + "\n")));

    private static Task ScriptAsync(string script, params string[] arguments) => RunAsync("sh", ["-c", script, "sh", .. arguments]);

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await ServerUser.RunAsync(program, arguments, Moment)).OrThrow();
}
