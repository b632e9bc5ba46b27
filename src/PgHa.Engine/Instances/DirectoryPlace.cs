using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Where a data directory really is, and how another directory takes its place.</summary>
/// <remarks>
/// PgHa makes or changes a directory under another name, and gives it its own name by one rename. So a directory with its own name
/// is always complete. A symbolic link is kept: its target is renamed, on the same disk. A mount point cannot be renamed. There the
/// other directories are inside it, and its entries are moved one by one, <c>PG_VERSION</c> out first and in last, because no
/// server starts without it. After an interruption the name of the directory inside shows which move has to be completed.
/// </remarks>
internal sealed class DirectoryPlace
{
    /// <summary>
    /// The mark of PgHa's own directories: their names begin with it in a mount point, and contain it beside a data directory.
    /// </summary>
    public const string OwnPrefix = ".pgha-";

    private const string LostAndFound = "lost+found";
    private const string GoingOutSuffix = ".pgha-going-out";
    private const string ComingInSuffix = ".pgha-coming-in";

    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode AndGroup = OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    // Without these entries a directory is neither a data directory nor a backup.
    private static readonly string[] Decisive = ["global", "backup_manifest", DataDirectoryVersion.FileName];

    private readonly IHost _host;

    private DirectoryPlace(IHost host, string real, bool isLink, bool isMountPoint) =>
        (_host, Real, IsLink, IsMountPoint) = (host, real, isLink, isMountPoint);

    /// <summary>The path of the directory, with a symbolic link resolved.</summary>
    public string Real { get; }

    /// <summary>Whether the path is a symbolic link.</summary>
    public bool IsLink { get; }

    /// <summary>Whether a file system is mounted there.</summary>
    public bool IsMountPoint { get; }

    /// <summary>Looks at a directory, which need not be there.</summary>
    public static async Task<DirectoryPlace> AtAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        directory = HostPath.TrimEnd(directory);
        string real = await SymbolicLink.FinalTargetAsync(host, directory, cancellationToken).ConfigureAwait(false) ?? directory;
        byte[] mounts = host.IsWindows
            ? []
            : await host.ReadFileAsync("/proc/self/mountinfo", cancellationToken).ConfigureAwait(false) ?? [];
        return new DirectoryPlace(host, real, real != directory, MountPoints.Parse(Encoding.UTF8.GetString(mounts)).Contains(real));
    }

    /// <summary>The path of a directory on the same file system that belongs to this one.</summary>
    /// <param name="suffix">What its name ends with; it begins with <see cref="OwnPrefix"/>.</param>
    public string Beside(string suffix) => IsMountPoint ? HostPath.Combine(Real, suffix) : Real + suffix;

    /// <summary>Whether the directory exists; for a mount point, whether it contains a server's data directory.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken) =>
        await _host.StatAsync(
            IsMountPoint ? HostPath.Combine(Real, DataDirectoryVersion.FileName) : Real,
            cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>
    /// The entries, without those that a file system or PgHa makes in a mount point; <see langword="null"/> if the directory is missing.
    /// </summary>
    public async Task<IReadOnlyList<string>?> NamesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? names = await _host.ListAsync(Real, cancellationToken).ConfigureAwait(false);
        return IsMountPoint ? names?.Where(name => !IsNobodys(name)).ToArray() : names;
    }

    /// <summary>Whether an entry of a data directory does not belong to the server, but to the file system or to PgHa.</summary>
    public static bool IsNobodys(string name) => name == LostAndFound || name.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Moves the directory to a path that <see cref="Beside"/> made, where nothing is.</summary>
    public async Task MoveOutAsync(string to, CancellationToken cancellationToken)
    {
        if (!IsMountPoint)
        {
            await _host.MoveDirectoryAsync(Real, to, cancellationToken).ConfigureAwait(false);
            return;
        }

        string moving = to + GoingOutSuffix;
        await _host.CreateDirectoryAsync(moving, cancellationToken).ConfigureAwait(false);
        // From here on the move is not cancelled: it takes only a moment, and must not stop halfway.
        await FinishOutAsync(moving).ConfigureAwait(false);
    }

    /// <summary>Moves another directory, at a path that <see cref="Beside"/> made, here, where nothing is.</summary>
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
                ErrorIds.DirectoryNotEmpty, PgHaErrorKind.AlreadyExists, $"'{Real}' is not empty: it has {names[0]}.",
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
            // The entries are moved out again, so that no half directory stays here.
            await EmptyIntoAsync(moving).ConfigureAwait(false);
            await _host.MoveDirectoryAsync(moving, from, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The directory of an interrupted move; <see langword="null"/> if there is none.</summary>
    public async Task<string?> InterruptedAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = IsMountPoint ? await _host.ListAsync(Real, cancellationToken).ConfigureAwait(false) ?? [] : [];
        return names.FirstOrDefault(IsInterrupted) is { } interrupted ? HostPath.Combine(Real, interrupted) : null;
    }

    /// <summary>Whether an entry of a data directory is the directory of an interrupted move.</summary>
    public static bool IsInterrupted(string name) =>
        name.EndsWith(GoingOutSuffix, StringComparison.Ordinal) || name.EndsWith(ComingInSuffix, StringComparison.Ordinal);

    /// <summary>Completes an interrupted move.</summary>
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
        // A server refuses a data directory that other users may read, and the root of a file system is often readable.
        if (await _host.StatAsync(Real, CancellationToken.None).ConfigureAwait(false) is { Mode: not (OwnerAlone or AndGroup) })
            await _host.RunAsync(new HostCommand("chmod", "0700", Real), CancellationToken.None).ConfigureAwait(false);
        IReadOnlyList<string> names = await _host.ListAsync(moving, CancellationToken.None).ConfigureAwait(false) ?? [];
        await MoveEntriesAsync(moving, Real, Ordered(names)).ConfigureAwait(false);
        await _host.DeleteDirectoryAsync(moving, CancellationToken.None).ConfigureAwait(false);
    }

    // Each decisive entry is moved in a call of its own, because each call ends with a sync. So a decisive entry is never on disk
    // without the others.
    private async Task MoveEntriesAsync(string from, string to, IEnumerable<string> names)
    {
        foreach (IGrouping<int, string> together in names.GroupBy(name => Array.IndexOf(Decisive, name)))
            await _host.MoveEntriesAsync([.. together], from, to, CancellationToken.None).ConfigureAwait(false);
    }

    private static IEnumerable<string> Ordered(IEnumerable<string> names) => names.OrderBy(name => Array.IndexOf(Decisive, name));
}
