using System.Text;
using PgHa.Engine.Hosts;

namespace PgHa.Engine.Instances;

/// <summary>Where a data directory really is, and how it gives its place to another one.</summary>
/// <remarks>
/// A directory that is made or changed has another name meanwhile, and gets its own by one rename, so that what has its name is
/// whole. A symbolic link stays: what it leads to is renamed, on that one's disk. A mount point can't be renamed. There the
/// other directories are in it, and its entries are moved one by one, <c>PG_VERSION</c> out first and in last: no server starts
/// without it. A move that was interrupted is told by the name of the directory inside, and can be brought to its end.
/// </remarks>
internal sealed class DirectoryPlace
{
    /// <summary>What PgHa's own directories in a mount point begin with.</summary>
    public const string OwnPrefix = ".pgha-";

    private const string LostAndFound = "lost+found";
    private const string GoingOutSuffix = ".pgha-going-out";
    private const string ComingInSuffix = ".pgha-coming-in";

    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode AndGroup = OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    // What makes a directory a server's, or a backup: without them it is nobody's.
    private static readonly string[] Decisive = ["global", "backup_manifest", DataDirectoryVersion.FileName];

    private readonly IHost _host;

    private DirectoryPlace(IHost host, string real, bool isLink, bool isMountPoint) =>
        (_host, Real, IsLink, IsMountPoint) = (host, real, isLink, isMountPoint);

    /// <summary>The directory, where its own name is not a symbolic link's.</summary>
    public string Real { get; }

    /// <summary>Whether the directory's name is a symbolic link's.</summary>
    public bool IsLink { get; }

    /// <summary>Whether a file system is mounted there.</summary>
    public bool IsMountPoint { get; }

    /// <summary>Looks at a directory, which need not be there.</summary>
    public static async Task<DirectoryPlace> AtAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        directory = Path.TrimEndingDirectorySeparator(directory);
        string real = await SymbolicLink.FinalTargetAsync(host, directory, cancellationToken).ConfigureAwait(false) ?? directory;
        byte[] mounts = host.IsWindows ? [] : await host.ReadFileAsync("/proc/self/mountinfo", cancellationToken).ConfigureAwait(false) ?? [];
        return new DirectoryPlace(host, real, real != directory, MountPoints.Parse(Encoding.UTF8.GetString(mounts)).Contains(real));
    }

    /// <summary>The path of a directory that is on the same file system and goes with this one.</summary>
    /// <param name="suffix">What its name ends with; it begins with <see cref="OwnPrefix"/>.</param>
    public string Beside(string suffix) => IsMountPoint ? Path.Combine(Real, suffix) : Real + suffix;

    /// <summary>Whether a directory, which in a mount point is a server's, is there.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken) =>
        await _host.StatAsync(IsMountPoint ? Path.Combine(Real, DataDirectoryVersion.FileName) : Real, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>What is in the directory, without what a file system or PgHa puts into a mount point; <see langword="null"/> if it is not there.</summary>
    public async Task<IReadOnlyList<string>?> NamesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? names = await _host.ListAsync(Real, cancellationToken).ConfigureAwait(false);
        return IsMountPoint ? names?.Where(name => !IsNobodys(name)).ToArray() : names;
    }

    /// <summary>Whether a name in a data directory is none of its server's: the file system's own, or one of PgHa's.</summary>
    public static bool IsNobodys(string name) => name == LostAndFound || name.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Gives what is here another name: a path that <see cref="Beside"/> made, where nothing is.</summary>
    public async Task MoveOutAsync(string to, CancellationToken cancellationToken)
    {
        if (!IsMountPoint)
        {
            await _host.MoveDirectoryAsync(Real, to, cancellationToken).ConfigureAwait(false);
            return;
        }

        string moving = to + GoingOutSuffix;
        await _host.CreateDirectoryAsync(moving, cancellationToken).ConfigureAwait(false);
        // From here on it is not cancelled: this takes a moment, and half the way is no place to stop.
        await FinishOutAsync(moving).ConfigureAwait(false);
    }

    /// <summary>Makes another directory, whose path <see cref="Beside"/> made, the one here, where nothing is.</summary>
    public async Task MoveInAsync(string from, CancellationToken cancellationToken)
    {
        if (!IsMountPoint)
        {
            await _host.MoveDirectoryAsync(from, Real, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await NamesAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } names)
        {
            throw new PgHaException(
                "DirectoryNotEmpty", PgHaErrorKind.AlreadyExists, $"'{Real}' is not empty: it has {names[0]}.",
                "See what it is; PgHa never writes over anything.");
        }

        string moving = from + ComingInSuffix;
        await _host.MoveDirectoryAsync(from, moving, cancellationToken).ConfigureAwait(false);
        try
        {
            await FinishInAsync(moving).ConfigureAwait(false);
        }
        catch (PgHaException)
        {
            // What came in goes out again: nobody shall find half a directory, or put another one between its entries.
            await EmptyIntoAsync(moving).ConfigureAwait(false);
            await _host.MoveDirectoryAsync(moving, from, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The directory of a move that was interrupted; <see langword="null"/> if none was.</summary>
    public async Task<string?> InterruptedAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = IsMountPoint ? await _host.ListAsync(Real, cancellationToken).ConfigureAwait(false) ?? [] : [];
        return names.FirstOrDefault(IsInterrupted) is { } interrupted ? Path.Combine(Real, interrupted) : null;
    }

    /// <summary>Whether a name in a data directory is that of a move which was interrupted.</summary>
    public static bool IsInterrupted(string name) =>
        name.EndsWith(GoingOutSuffix, StringComparison.Ordinal) || name.EndsWith(ComingInSuffix, StringComparison.Ordinal);

    /// <summary>Brings a move that was interrupted to its end.</summary>
    /// <param name="interrupted">What <see cref="InterruptedAsync"/> found.</param>
    public Task FinishAsync(string interrupted) =>
        interrupted.EndsWith(GoingOutSuffix, StringComparison.Ordinal) ? FinishOutAsync(interrupted) : FinishInAsync(interrupted);

    private async Task FinishOutAsync(string moving)
    {
        await EmptyIntoAsync(moving).ConfigureAwait(false);
        await _host.MoveDirectoryAsync(moving, moving[..^GoingOutSuffix.Length], CancellationToken.None).ConfigureAwait(false);
    }

    private async Task EmptyIntoAsync(string other)
    {
        IReadOnlyList<string> names = await NamesAsync(CancellationToken.None).ConfigureAwait(false) ?? [];
        await MoveEntriesAsync(Real, other, Ordered(names).Reverse()).ConfigureAwait(false);
    }

    private async Task FinishInAsync(string moving)
    {
        // A server refuses a data directory that others may look into; the root of a file system often is one.
        if (await _host.StatAsync(Real, CancellationToken.None).ConfigureAwait(false) is { Mode: not (OwnerAlone or AndGroup) })
            await _host.RunAsync(new HostCommand("chmod", "0700", Real), CancellationToken.None).ConfigureAwait(false);
        IReadOnlyList<string> names = await _host.ListAsync(moving, CancellationToken.None).ConfigureAwait(false) ?? [];
        await MoveEntriesAsync(moving, Real, Ordered(names)).ConfigureAwait(false);
        await _host.DeleteDirectoryAsync(moving, CancellationToken.None).ConfigureAwait(false);
    }

    // Each decisive name for itself: it must not be on disk before the others are, or after they are gone.
    private async Task MoveEntriesAsync(string from, string to, IEnumerable<string> names)
    {
        foreach (IGrouping<int, string> together in names.GroupBy(name => Array.IndexOf(Decisive, name)))
            await _host.MoveEntriesAsync([.. together], from, to, CancellationToken.None).ConfigureAwait(false);
    }

    private static IEnumerable<string> Ordered(IEnumerable<string> names) => names.OrderBy(name => Array.IndexOf(Decisive, name));
}
