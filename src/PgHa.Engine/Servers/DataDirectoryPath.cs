namespace PgHa.Engine.Servers;

/// <summary>Compares data directories. A server reports its directory as it was given at its start.</summary>
internal static class DataDirectoryPath
{
    /// <summary>Whether two paths lead to the same directory, through symbolic links too.</summary>
    public static bool AreSame(string left, string right) =>
        Normal(left) == Normal(right) || Resolved(left) == Resolved(right);

    /// <summary>Makes sure that the server that answered runs on the instance's data directory, if it has one.</summary>
    /// <exception cref="PgHaException"><c>WrongServer</c>: it runs on another.</exception>
    public static void EnsureOf(PgInstance instance, string actual)
    {
        if (instance.DataDirectory is not { } expected || AreSame(expected, actual))
            return;

        throw new PgHaException(
            ErrorIds.WrongServer,
            PgHaErrorKind.InvalidState,
            $"The server at {instance.Address} runs on the data directory '{actual}', not on '{expected}' of {instance}.",
            "Check the port: another server has taken it, or this one is stopped.",
            instance.ToString());
    }

    private static string Normal(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static string Resolved(string path)
    {
        // Each parent directory may be a link too, such as /var/lib/pgsql on another disk.
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
