namespace PgHa.Engine.Servers;

/// <summary>Comparing data directories, which the server reports as they were given at its start.</summary>
internal static class DataDirectoryPath
{
    /// <summary>Whether two paths lead to the same directory, through symbolic links too.</summary>
    public static bool AreSame(string left, string right) =>
        Normal(left) == Normal(right) || Resolved(left) == Resolved(right);

    private static string Normal(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static string Resolved(string path)
    {
        // Each ancestor may be a link (/var/lib/pgsql on another disk), not just the last name.
        string full = Normal(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;
        string here = Path.Combine(Resolved(parent), Path.GetFileName(full));
        try
        {
            return Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? Normal(target.FullName) : here;
        }
        catch (IOException)
        {
            return here;
        }
        catch (UnauthorizedAccessException)
        {
            return here;
        }
    }
}
