namespace PgHa.Provisioning;

/// <summary>The folder with every program that was fetched for the tests and the Quickstart, kept from run to run.</summary>
/// <remarks>
/// An entry appears under its name by one rename when it is complete, so that any number of
/// processes may ask for it at once and a killed one leaves no half entry.
/// </remarks>
public static class ProgramCache
{
    // EROFS, on Linux and macOS.
    private const int ReadOnlyFileSystem = 30;

    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(10);

    /// <summary>
    /// <c>PGHA_TEST_CACHE</c>, or <c>pgha</c> among the user's caches. Root's is <c>/var/cache/pgha</c>,
    /// because the servers run as another user, who can't enter root's home.
    /// </summary>
    public static string Directory { get; } = Locate();

    /// <summary>The entry's path, after filling it if it isn't there.</summary>
    /// <param name="name">The entry's name, with whatever tells its versions apart.</param>
    /// <param name="fill">Fills the folder given first, knowing that it will be renamed to the one given second.</param>
    /// <exception cref="SourceException">The cache can't be written.</exception>
    internal static async Task<string> GetOrAddAsync(string name, Func<string, string, Task> fill)
    {
        try
        {
            return await AddAsync(name, fill);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"{Directory} can't be written: {e.Message}");
        }
    }

    private static async Task<string> AddAsync(string name, Func<string, string, Task> fill)
    {
        string entry = Path.Combine(Directory, name);
        if (System.IO.Directory.Exists(entry))
            return entry;

        System.IO.Directory.CreateDirectory(Directory);
        await using FileStream held = await LockAsync(Path.Combine(Directory, name + ".lock"));
        if (System.IO.Directory.Exists(entry))
            return entry;

        // We hold the lock, so whatever is half done belongs to a process that died.
        string partial = entry + ".partial";
        if (System.IO.Directory.Exists(partial))
            System.IO.Directory.Delete(partial, recursive: true);
        System.IO.Directory.CreateDirectory(partial);
        try
        {
            await fill(partial, entry);
            System.IO.Directory.Move(partial, entry);
            return entry;
        }
        finally
        {
            if (System.IO.Directory.Exists(partial))
                System.IO.Directory.Delete(partial, recursive: true);
        }
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        DateTime deadline = DateTime.UtcNow + LockDeadline;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && e.HResult != ReadOnlyFileSystem)
            {
                if (DateTime.UtcNow > deadline)
                    throw new SourceException($"another process has held {path} for {LockDeadline.TotalMinutes} minutes");
                await Task.Delay(200);
            }
        }
    }

    private static string Locate()
    {
        if (Environment.GetEnvironmentVariable("PGHA_TEST_CACHE") is { Length: > 0 } asked)
            return Path.GetFullPath(asked);
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            return "/var/cache/pgha";
        string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "pgha");
    }
}
