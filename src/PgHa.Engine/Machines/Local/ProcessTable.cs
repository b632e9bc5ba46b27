using System.Buffers;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace PgHa.Engine.Machines.Local;

/// <summary>What Linux tells about its processes under <c>/proc</c>.</summary>
/// <remarks>A process that ends while it is being read is left out.</remarks>
internal static class ProcessTable
{
    private const string Deleted = " (deleted)";
    private const int PageSize = 4096;

    /// <summary>Every process that has a command line, with its user: all but the kernel's threads.</summary>
    /// <param name="isWanted">Which command lines are wanted; <see langword="null"/> for all.</param>
    [SupportedOSPlatform("linux")]
    public static IReadOnlyList<HostProcess> Processes(Func<string, bool>? isWanted = null)
    {
        var names = new Dictionary<uint, string>();
        var processes = new List<HostProcess>();
        foreach (int id in Ids())
        {
            if (CommandLine(id) is { } title && isWanted?.Invoke(title) != false && TryReadProcess(id, title, names) is { } process)
                processes.Add(process);
        }

        return processes;
    }

    /// <summary>A process; <see langword="null"/> if there is none of that number, or it is one of the kernel's.</summary>
    [SupportedOSPlatform("linux")]
    public static HostProcess? Process(int id) => CommandLine(id) is { } title ? TryReadProcess(id, title, []) : null;

    [SupportedOSPlatform("linux")]
    private static HostProcess? TryReadProcess(int id, string title, Dictionary<uint, string> names)
    {
        if (TryRead(id, "status") is not { } status)
            return null;
        uint user = uint.Parse(Field(status, "Uid:").Split('\t')[1], CultureInfo.InvariantCulture);
        if (!names.TryGetValue(user, out string? name))
            names[user] = name = UnixUser.Find(user)?.Name ?? user.ToString(CultureInfo.InvariantCulture);
        return new HostProcess(id, int.Parse(Field(status, "PPid:"), CultureInfo.InvariantCulture), name, title)
        {
            // For another user's process only the name is known, without its directory. An upgrade may have deleted the program's file.
            Program = LinkTarget(id, "exe") is { } program
                ? Path.GetFileName(program.EndsWith(Deleted, StringComparison.Ordinal) ? program[..^Deleted.Length] : program)
                : Field(status, "Name:"),
            WorkingDirectory = LinkTarget(id, "cwd"),
        };
    }

    private static string? LinkTarget(int id, string name)
    {
        try
        {
            return new FileInfo($"/proc/{id}/{name}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? CommandLine(int id) =>
        // The arguments end in NUL; PostgreSQL's titles are padded with more of them. Kernel threads have none.
        TryRead(id, "cmdline")?.Replace('\0', ' ').TrimEnd() is { Length: > 0 } title ? title : null;

    /// <summary>A process and all its descendants, parents first.</summary>
    public static IReadOnlyList<Entry> Tree(int rootId)
    {
        ILookup<int, Entry> children = Ids().Select(TryReadEntry).OfType<Entry>().ToLookup(entry => entry.ParentId);
        var tree = new List<Entry>();
        if (TryReadEntry(rootId) is { } root)
            tree.Add(root);
        for (int i = 0; i < tree.Count; i++)
            tree.AddRange(children[tree[i].Id]);
        return tree;
    }

    /// <summary>Whether the process still runs, and its id does not belong to a new process.</summary>
    public static bool IsAlive(Entry entry) =>
        TryReadEntry(entry.Id) is { HasEnded: false } now && now.StartTime == entry.StartTime;

    private static IEnumerable<int> Ids() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0);

    private static Entry? TryReadEntry(int id)
    {
        if (TryRead(id, "stat") is not { } stat)
            return null;
        // The second field is the name in parentheses, which may hold blanks and parentheses itself.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new Entry(
            id,
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            fields[19],
            fields[0] is "Z" or "X");
    }

    private static string Field(string status, string name)
    {
        int start = status.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return status[start..status.IndexOf('\n', start)].TrimStart('\t');
    }

    // With the C library's own calls: a look at all processes reads hundreds of files, and .NET makes eight calls for one where three do.
    private static string? TryRead(int id, string file)
    {
        if (OperatingSystem.IsWindows())
            return null;
        int descriptor = Libc.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"), Libc.ReadOnly);
        if (descriptor < 0)
            return null;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PageSize);
        try
        {
            int length = 0;
            while (true)
            {
                if (length == buffer.Length)
                    buffer = Grown(buffer);
                int count = (int)Libc.Read(descriptor, ref buffer[length], buffer.Length - length);
                if (count <= 0)
                    return count < 0 ? null : Encoding.UTF8.GetString(buffer, 0, length);
                length += count;
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grown(byte[] full)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    /// <summary>A process as the kernel counts it.</summary>
    /// <param name="Id">Its process id.</param>
    /// <param name="ParentId">Its parent's.</param>
    /// <param name="SessionId">The session. A daemon has one of its own.</param>
    /// <param name="StartTime">In clock ticks since boot. The id and the start time together identify a process.</param>
    /// <param name="HasEnded">Whether it is a zombie, because its parent has not waited for it. In a container it may stay one.</param>
    public sealed record Entry(int Id, int ParentId, int SessionId, string StartTime, bool HasEnded);
}
