using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Tests.Machines;

/// <summary>What every host has to do alike. Each host runs all of it.</summary>
[UnsupportedOSPlatform("windows")]
public abstract partial class HostContract : IDisposable
{
    private readonly Lazy<IHost> _host;
    private readonly TestDirectory _directory = new();

    protected HostContract()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the contract is tested with a POSIX shell");
        _host = new Lazy<IHost>(CreateHost);
    }

    private IHost Host => _host.Value;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract IHost CreateHost();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static UnixFileMode Mode(int octalDigits) => (UnixFileMode)Convert.ToInt32(octalDigits.ToString(), 8);

    private Task WriteAsync(string path, string text, UnixFileMode? mode = null) =>
        Host.WriteFileAsync(path, Bytes(text), mode, Cancellation);

    private async Task<string?> ReadAsync(string path) =>
        await Host.ReadFileAsync(path, Cancellation) is { } content ? Encoding.UTF8.GetString(content) : null;

    private async Task<CommandResult> ShAsync(string script, params string[] arguments) =>
        await Host.RunAsync(Sh(script, arguments), Cancellation);

    private static HostCommand Sh(string script, params string[] arguments) => new("sh", ["-c", script, "sh", .. arguments]);

    // Made by the host's own user, as a server would.
    private async Task DoAsync(string script, params string[] arguments)
    {
        CommandResult result = await ShAsync(script, arguments);
        Assert.True(result.Succeeded, result.Error);
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class LocalHostTests : HostContract
{
    protected override IHost CreateHost() => new LocalHost();
}

[UnsupportedOSPlatform("windows")]
public sealed class ShellHostTests : HostContract
{
    protected override IHost CreateHost() => new ShellHost(LocalShellPlace.Own);
}

[UnsupportedOSPlatform("windows")]
public sealed class OtherUserShellHostTests : HostContract
{
    protected override IHost CreateHost() => ShellHost.As(OtherUser.User, log: null);
}
