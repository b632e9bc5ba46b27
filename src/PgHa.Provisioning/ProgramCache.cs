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

    private const string PlaceVariable = "PGHA_TEST_CACHE";

    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(10);

    /// <summary>
    /// <c>PGHA_TEST_CACHE</c>, or <c>pgha</c> among the user's caches. Root's is <c>/var/cache/pgha</c>,
    /// because the servers run as another user, who can't enter root's home.
    /// </summary>
    public static string Directory { get; } = Locate();

    /// <summary>The entry's path, after filling it if it isn't there.</summary>
    /// <param name="name">The entry's name, with whatever tells its versions apart.</param>
    /// <param name="fill">Fills the folder given first, knowing that it will be renamed to the one given second.</param>
    /// <param name="cancellationToken">Ends the wait for another process that fills it.</param>
    /// <exception cref="SourceException">The cache can't be written.</exception>
    internal static async Task<string> GetOrAddAsync(
        string name, Func<string, string, Task> fill, CancellationToken cancellationToken)
    {
        try
        {
            return await AddAsync(name, fill, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"the cache {Directory} can't be written ({PlaceVariable} names another): {e.Message}");
        }
    }

    private static async Task<string> AddAsync(string name, Func<string, string, Task> fill, CancellationToken cancellationToken)
    {
        string entry = Path.Combine(Directory, name);
        if (System.IO.Directory.Exists(entry))
            return entry;

        System.IO.Directory.CreateDirectory(Directory);
        await using FileStream held = await LockAsync(Path.Combine(Directory, name + ".lock"), cancellationToken);
        if (System.IO.Directory.Exists(entry))
            return entry;

        // This process holds the lock, so a partial entry belongs to a process that has died.
        string partial = entry + ".partial";
        await DeleteAsync(partial);
        System.IO.Directory.CreateDirectory(partial);
        try
        {
            await fill(partial, entry);
            System.IO.Directory.Move(partial, entry);
            return entry;
        }
        finally
        {
            await DeleteAsync(partial);
        }
    }

    // The children of a program that was just killed may still write for a moment.
    private static async Task DeleteAsync(string folder)
    {
        for (int triesLeft = 20; System.IO.Directory.Exists(folder); triesLeft--)
        {
            try
            {
                System.IO.Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (triesLeft > 0)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
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
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private static string Locate()
    {
        if (Environment.GetEnvironmentVariable(PlaceVariable) is { Length: > 0 } asked)
            return Path.GetFullPath(asked);
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            return "/var/cache/pgha";
        string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "pgha");
    }
}
