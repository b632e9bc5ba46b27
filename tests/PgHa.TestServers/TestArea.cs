namespace PgHa.TestServers;

/// <summary>
/// A directory for one test's servers and the ports they may use. It belongs to <see cref="ServerUser"/>.
/// When it is disposed, the servers whose data directories are in it are stopped and it is removed.
/// </summary>
public sealed class TestArea : IAsyncDisposable
{
    /// <summary>How many ports an area hands out.</summary>
    public const int PortCount = PortBlock.Size;

    private const string Prefix = "pgha-test-";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task> AbandonedRemoved = new(() => Task.Run(RemoveAbandonedAsync));

    private readonly FileStream _alive;
    private readonly PortBlock _ports;

    private TestArea(string directory, FileStream alive, PortBlock ports) =>
        (Directory, _alive, _ports) = (directory, alive, ports);

    /// <summary>The area's own directory; short, since a Unix socket's path may have 107 bytes.</summary>
    public string Directory { get; }

    /// <summary>A path in the area; nothing is created.</summary>
    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>A new, empty area.</summary>
    public static async Task<TestArea> CreateAsync(CancellationToken cancellationToken = default)
    {
        await AbandonedRemoved.Value;
        string directory = Path.Combine(Base(), Prefix + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
        (await ServerUser.RunAsync("mkdir", ["-m", "0755", directory], Moment, cancellationToken)).OrThrow();
        FileStream alive = AliveFile(directory);
        try
        {
            return new TestArea(directory, alive, PortBlock.Reserve());
        }
        catch
        {
            await alive.DisposeAsync();
            System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>A free port on the loopback addresses.</summary>
    public int NextPort() => _ports.Take(1);

    /// <summary>The first of some adjacent free ports.</summary>
    public int NextPorts(int count) => _ports.Take(count);

    /// <summary>Creates a directory of the server user's in the area.</summary>
    /// <param name="name">Its name, with slashes for directories in directories.</param>
    /// <param name="mode">Its permissions, in octal.</param>
    /// <returns>Its full path.</returns>
    public async Task<string> CreateDirectoryAsync(string name, string mode = "0700")
    {
        (await ServerUser.RunAsync("mkdir", ["-p", "-m", mode, this[name]], Moment)).OrThrow();
        return this[name];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ports.Dispose();
        await RemoveAsync(Directory);
        await _alive.DisposeAsync();
    }

    // Memory, where there is some: test clusters are made and thrown away by the dozen.
    private static string Base()
    {
        const string Memory = "/dev/shm";
        const long Enough = 2L << 30;
        bool usable = OperatingSystem.IsLinux()
            && System.IO.Directory.Exists(Memory)
            && File.GetUnixFileMode(Memory).HasFlag(UnixFileMode.OtherWrite)
            && new DriveInfo(Memory).AvailableFreeSpace >= Enough;
        return usable ? Memory : Path.TrimEndingDirectorySeparator(Path.GetTempPath());
    }

    // Held open as long as the area's process lives, so that others can tell an abandoned area.
    private static FileStream AliveFile(string directory) =>
        new(Path.Combine(directory, ".alive"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static async Task RemoveAsync(string directory)
    {
        foreach (Postmaster postmaster in Postmaster.Under(directory))
            await postmaster.KillAsync();
        await SmallDisk.UnmountUnderAsync(directory);
        for (int attempt = 0; System.IO.Directory.Exists(directory); attempt++)
        {
            try
            {
                System.IO.Directory.Delete(directory, recursive: true);
            }
            catch (IOException) when (attempt < 20)
            {
                // The last processes of a killed server may still write a file or two.
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Removes what killed test processes left behind, which would otherwise fill the memory.</summary>
    private static async Task RemoveAbandonedAsync()
    {
        // A younger one's process may not have come to open its file yet.
        DateTime young = DateTime.UtcNow.AddMinutes(-1);
        foreach (DirectoryInfo area in new DirectoryInfo(Base()).EnumerateDirectories(Prefix + "*"))
        {
            if (area.CreationTimeUtc > young)
                continue;
            try
            {
                await using FileStream alive = AliveFile(area.FullName);
                await RemoveAsync(area.FullName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or another user's.
            }
        }
    }
}
