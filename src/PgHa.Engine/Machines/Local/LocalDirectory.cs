namespace PgHa.Engine.Machines.Local;

/// <summary>Files and directories of this machine, with this process's rights.</summary>
internal static class LocalDirectory
{
    private const UnixFileMode DataDirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode ParentMode = DataDirectoryMode
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The final target of a symbolic link; for any other path, the path itself.</summary>
    public static string LinkTarget(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>What is at a path, links followed; <see langword="null"/> if nothing is.</summary>
    public static FileStatus? Status(string path)
    {
        try
        {
            string target = LinkTarget(path);
            bool isDirectory = File.GetAttributes(target).HasFlag(FileAttributes.Directory);
            FileSystemInfo info = isDirectory ? new DirectoryInfo(target) : new FileInfo(target);
            return new FileStatus(
                isDirectory,
                info is FileInfo file ? file.Length : 0,
                OperatingSystem.IsWindows() ? UnixFileMode.None : info.UnixFileMode,
                OperatingSystem.IsWindows() ? null : FileOwner.NameOf(target),
                new DateTimeOffset(info.LastWriteTimeUtc));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The names in a directory; <see langword="null"/> if there is no such directory.</summary>
    public static IReadOnlyList<string>? Names(string directory)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", AllEntries)
                    .Select(info => info.Name)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException) when (File.Exists(directory))
        {
            return null;
        }
    }

    /// <summary>What is in a directory; <see langword="null"/> if there is no such directory.</summary>
    public static IReadOnlyList<DirectoryEntry>? Entries(string directory) => Names(directory) is { } names
        ?
        [
            .. names
                .Select(name => (Name: name, Status: Status(Path.Combine(directory, name))))
                .Where(entry => entry.Status is not null)
                .Select(entry => new DirectoryEntry(entry.Name, entry.Status!)),
        ]
        : null;

    /// <summary>The files that match the patterns, links resolved; see <see cref="IHost.FindFilesAsync"/>.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> patterns)
    {
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified);
        return
        [
            .. patterns
                .SelectMany(pattern => pattern.AsSpan().IndexOfAny('/', '\\') >= 0
                    ? [pattern]
                    : path.Select(folder => Path.Combine(folder, pattern)))
                .SelectMany(pattern => PathPattern.Expand(pattern, Path.DirectorySeparatorChar, Folders))
                .Select(LinkTarget)
                .Where(File.Exists)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Makes a directory that only its owner may enter, and its missing parents, which everybody may.</summary>
    public static void Create(string directory, string host)
    {
        if (Directory.Exists(directory))
            return;
        if (File.Exists(directory))
            throw HostErrors.NotADirectory(directory, host);
        CreateParents(directory);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, DataDirectoryMode);
    }

    /// <summary>Makes the missing parents of a path with mode 0755, whatever the umask.</summary>
    public static void CreateParents(string path)
    {
        string? parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        if (parent is null || Directory.Exists(parent))
            return;
        CreateParents(parent);
        Directory.CreateDirectory(parent);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(parent, ParentMode);
    }

    /// <summary>Renames a directory onto a path where nothing is, or only an empty directory.</summary>
    public static void Move(string from, string to)
    {
        from = Path.TrimEndingDirectorySeparator(from);
        to = Path.TrimEndingDirectorySeparator(to);
        if (OperatingSystem.IsWindows())
        {
            if (Directory.Exists(to))
                Directory.Delete(to);
            Directory.Move(from, to);
            return;
        }

        // rename(2) replaces an empty directory in one step; Directory.Move refuses to.
        if (!Directory.Exists(from))
            throw new DirectoryNotFoundException($"'{from}': no such directory");
        if (Libc.Rename(from, to) != 0)
            throw new IOException(Libc.LastError);
        SynchronizeParents(from, to);
    }

    /// <summary>Moves entries of a directory into another one, where nothing has their names.</summary>
    public static void MoveEntries(IEnumerable<string> names, string from, string to)
    {
        foreach (string name in names)
        {
            string source = Path.Combine(from, name), target = Path.Combine(to, name);
            if (Path.Exists(target))
                throw new IOException($"'{target}': File exists");
            if (OperatingSystem.IsWindows())
                Directory.Move(source, target);
            else if (Libc.Rename(source, target) != 0)
                throw new IOException(Libc.LastError);
        }

        DurableFile.SynchronizeDirectory(from);
        DurableFile.SynchronizeDirectory(to);
    }

    /// <summary>Copies what is in a directory into one that is there; links are copied, never followed.</summary>
    public static void Copy(DirectoryInfo from, string to, bool isDurable, CancellationToken cancellationToken)
    {
        foreach (FileSystemInfo entry in from.EnumerateFileSystemInfos("*", AllEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string copy = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } target)
                File.CreateSymbolicLink(copy, target);
            else if (entry is FileInfo file)
                CopyFile(file, copy, isDurable);
            else
                CopyBelow((DirectoryInfo)entry, copy, isDurable, cancellationToken);
        }

        // The group access of a data directory is kept.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, from.UnixFileMode);
        if (isDurable)
            DurableFile.SynchronizeDirectory(to);
    }

    private static void CopyBelow(DirectoryInfo from, string to, bool isDurable, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to);
        Copy(from, to, isDurable, cancellationToken);
    }

    private static void CopyFile(FileInfo file, string copy, bool isDurable)
    {
        file.CopyTo(copy);
        if (!isDurable)
            return;
        using var stream = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Deletes a directory and all below it; links are deleted, never followed.</summary>
    public static void Delete(string directory, string host, CancellationToken cancellationToken)
    {
        var top = new DirectoryInfo(Path.TrimEndingDirectorySeparator(directory));
        if (top.LinkTarget is not null)
            throw HostErrors.IsSymbolicLink(directory, host);
        if (top.Exists)
            Empty(top, cancellationToken);
        else if (File.Exists(directory))
            throw HostErrors.NotADirectory(directory, host);
    }

    /// <summary>Deletes a file. A missing file is no error.</summary>
    public static void DeleteFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    /// <summary>Whether this process could create files in a directory.</summary>
    public static bool CanWrite(string directory)
    {
        if (!Directory.Exists(directory))
            return false;
        if (!OperatingSystem.IsWindows())
            return Libc.Access(directory, Libc.WritableDirectory) == 0;
        try
        {
            using var probe = new FileStream(
                Path.Combine(directory, DurableFile.TemporaryName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The free bytes on the file system of a path, which need not exist.</summary>
    public static long? FreeSpace(string path)
    {
        string? existing = path;
        while (existing is not null && !Path.Exists(existing))
            existing = Path.GetDirectoryName(existing);
        return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
    }

    /// <summary>Makes a rename durable.</summary>
    public static void SynchronizeParents(string from, string to)
    {
        string source = Path.GetDirectoryName(from)!;
        string target = Path.GetDirectoryName(to)!;
        DurableFile.SynchronizeDirectory(target);
        if (source != target)
            DurableFile.SynchronizeDirectory(source);
    }

    private static EnumerationOptions AllEntries => new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private static void Empty(DirectoryInfo directory, CancellationToken cancellationToken)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos("*", AllEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A symbolic link, such as that of a tablespace, is removed. Its target outside the directory is kept.
            if (entry is DirectoryInfo { LinkTarget: null } child)
                Empty(child, cancellationToken);
            else
                entry.Delete();
        }

        directory.Delete();
    }

    private static IEnumerable<string> Folders(string directory)
    {
        try
        {
            return Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)!).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
