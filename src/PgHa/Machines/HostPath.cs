namespace PgHa;

/// <summary>Joins and splits the paths of a server's machine, which may be another one than PgHa's.</summary>
/// <remarks>
/// A path shows its form itself: that of Windows begins with a drive or two separators, and any other is POSIX. So the result does not
/// depend on the system that PgHa runs on, as it does with <see cref="Path"/>.
/// </remarks>
internal static class HostPath
{
    /// <summary>Whether a path begins at the root of a file system.</summary>
    public static bool IsAbsolute(string path) => path.StartsWith('/') || IsWindows(path);

    /// <summary>The path of something in a directory. A part that is absolute itself is taken alone.</summary>
    public static string Combine(string directory, params ReadOnlySpan<string> names)
    {
        string path = directory;
        foreach (string name in names)
        {
            if (path.Length == 0 || IsAbsolute(name))
                path = name;
            else if (name.Length > 0)
                path = IsSeparator(path[^1], path) ? path + name : $"{path}{SeparatorOf(path)}{name}";
        }

        return path;
    }

    /// <summary>The last name of a path; empty if the path ends with a separator.</summary>
    public static string Name(string path) => path[(LastSeparator(path) + 1)..];

    /// <summary>The directory that a path is in: empty for a name alone, and <see langword="null"/> for a root.</summary>
    public static string? Parent(string path)
    {
        int root = RootLength(path);
        if (root == path.Length && root > 0)
            return null;
        int end = Math.Max(LastSeparator(path), 0);
        while (end > root && IsSeparator(path[end - 1], path))
            end--;
        return path[..Math.Max(end, root)];
    }

    /// <summary>The path without a separator at its end, which only a root keeps.</summary>
    public static string TrimEnd(string path)
    {
        int root = RootLength(path);
        int end = path.Length;
        while (end > root && IsSeparator(path[end - 1], path))
            end--;
        return path[..end];
    }

    /// <summary>The absolute path without <c>.</c>, <c>..</c> and doubled or last separators.</summary>
    /// <param name="path">The path.</param>
    /// <param name="directory">The absolute directory that a relative path is in.</param>
    public static string Full(string path, string directory)
    {
        string whole = IsAbsolute(path) ? path : Combine(directory, path);
        string root = IsWindows(whole) ? whole[..RootLength(whole)].Replace('/', '\\') : whole[..RootLength(whole)];
        List<string> names = [];
        foreach (string name in whole[root.Length..].Split(IsWindows(whole) ? ['/', '\\'] : ['/']))
        {
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name is not ("" or "." or ".."))
                names.Add(name);
        }

        return root + string.Join(SeparatorOf(whole), names);
    }

    /// <summary>An absolute path without what does not matter in it.</summary>
    public static string Normal(string path) => Full(path, "/");

    /// <summary>The part of a path below a directory; <see langword="null"/> if it is not below that directory.</summary>
    public static string? Below(string directory, string path)
    {
        string start = TrimEnd(directory);
        if (start.Length > 0 && !IsSeparator(start[^1], start))
            start += SeparatorOf(start);
        return path.Length > start.Length && path.StartsWith(start, StringComparison.Ordinal) ? path[start.Length..] : null;
    }

    private static bool IsWindows(string path) =>
        path is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ':', '/' or '\\', ..] or ['\\', '\\', ..];

    private static char SeparatorOf(string path) => IsWindows(path) ? '\\' : '/';

    private static bool IsSeparator(char character, string path) => character == '/' || (character == '\\' && IsWindows(path));

    private static int LastSeparator(string path) => IsWindows(path) ? path.AsSpan().LastIndexOfAny('/', '\\') : path.LastIndexOf('/');

    // Of "/", of "C:\", or of "\\server\share".
    private static int RootLength(string path)
    {
        if (!IsWindows(path))
            return path.StartsWith('/') ? 1 : 0;
        if (path[1] == ':')
            return "C:\\".Length;
        int share = path.AsSpan(2).IndexOfAny('/', '\\');
        int end = share < 0 ? -1 : path.AsSpan(share + 3).IndexOfAny('/', '\\');
        return share < 0 || end < 0 ? path.Length : share + 3 + end + 1;
    }
}
