using System.Runtime.Versioning;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Tests.Machines;

/// <summary>A directory that every user can enter and write to, gone with the test.</summary>
public sealed class TestDirectory : IDisposable
{
    public TestDirectory()
    {
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(parent, $"pgha-host-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_111_111);
    }

    public string Path { get; }

    public string this[string name] => $"{Path}/{name}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A server's user other than root, for the tests that need to be root.</summary>
[UnsupportedOSPlatform("windows")]
internal static class OtherUser
{
    public static string? WhyNot =>
        OperatingSystem.IsWindows() ? "Windows has no runuser"
        : !Environment.IsPrivilegedProcess ? "only root can run as another user"
        : UnixUser.Find(HostSelector.DefaultServerUser) is null ? "there is no user postgres"
        : null;

    public static UnixUser User
    {
        get
        {
            Assert.SkipWhen(WhyNot is not null, WhyNot ?? "");
            return UnixUser.Find(HostSelector.DefaultServerUser)!;
        }
    }
}
