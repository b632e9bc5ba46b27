namespace PgHa.Engine.Machines.Local;

/// <summary>Follows the symbolic links of this machine.</summary>
internal static class LinkTargets
{
    /// <summary>The path without links. Each parent may be one, such as /var/lib/pgsql on another disk.</summary>
    public static string Resolve(string path)
    {
        string full = HostPath.Normal(path);
        if (HostPath.Parent(full) is not { } parent)
            return full;
        string here = HostPath.Combine(Resolve(parent), HostPath.Name(full));
        try
        {
            return Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? HostPath.Normal(target.FullName) : here;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return here;
        }
    }
}
