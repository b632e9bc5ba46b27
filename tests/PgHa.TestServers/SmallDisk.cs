namespace PgHa.TestServers;

/// <summary>A file system of a few megabytes, in memory, that a test can fill. It goes with the <see cref="TestArea"/> it is in.</summary>
public sealed class SmallDisk
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private SmallDisk(string directory) => Directory = directory;

    /// <summary>Where it is; the server user may write there.</summary>
    public string Directory { get; }

    private string Filler => Path.Combine(Directory, "filler");

    /// <summary>A new one below an area; <see langword="null"/> where this process may not mount any.</summary>
    public static async Task<SmallDisk?> TryCreateAsync(TestArea area, string name, int megabytes)
    {
        if (!ServerUser.IsOther || !OperatingSystem.IsLinux())
            return null;
        string directory = await area.CreateDirectoryAsync(name);
        string user = (await ServerUser.RunAsync("id", ["-u"], Moment)).OrThrow().Output.Trim();
        ProcessResult mounted = await ChildProcess.RunAsync(
            "mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=0755,uid={user}", "pgha-test", directory], Moment);
        return mounted.ExitCode == 0 ? new SmallDisk(directory) : null;
    }

    /// <summary>Leaves no room.</summary>
    public async Task FillAsync()
    {
        // It ends with "No space left", as it shall.
        await ServerUser.RunAsync("dd", ["if=/dev/zero", $"of={Filler}", "bs=64k", "status=none"], Moment);
        await ServerUser.RunAsync("dd", ["if=/dev/zero", $"of={Filler}", "bs=4k", "oflag=append", "conv=notrunc", "status=none"], Moment);
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>Unmounts all there are below a directory.</summary>
    internal static async Task UnmountUnderAsync(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        foreach (string mount in (await File.ReadAllLinesAsync("/proc/mounts"))
            .Select(line => line.Split(' ')[1])
            .Where(mount => mount.StartsWith(directory + "/", StringComparison.Ordinal)))
        {
            await ChildProcess.RunAsync("umount", ["-l", mount], Moment);
        }
    }
}
