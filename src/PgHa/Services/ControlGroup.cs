namespace PgHa;

/// <summary>
/// The control group of a process, as <c>/proc/PID/cgroup</c> has it: systemd puts the processes of each unit in a group of their own.
/// </summary>
/// <remarks>See <see href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups</see>.</remarks>
internal static class ControlGroup
{
    private const string Service = ".service";

    /// <summary>
    /// The system's service that the process belongs to, such as <c>postgresql@18-main.service</c>; <see langword="null"/> if it belongs to
    /// none, as a process of a user's session does.
    /// </summary>
    /// <param name="content">The content of the file.</param>
    public static string? ServiceOf(string content)
    {
        string? path = content.Split('\n').Select(PathOf).FirstOrDefault(path => path is not null);
        string[] parts = path?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        // A user's own services are below user@1000.service, and belong to another systemd than the system's.
        return parts.Any(part => part.StartsWith("user@", StringComparison.Ordinal))
            ? null
            : parts.LastOrDefault(part => part.EndsWith(Service, StringComparison.Ordinal));
    }

    // "0::/system.slice/x.service" in version 2; "1:name=systemd:/system.slice/x.service" in version 1.
    private static string? PathOf(string line) => line.Split(':', 3) is [var number, var controllers, var path]
        && (controllers == "name=systemd" || (number == "0" && controllers.Length == 0)) && path.Trim() != "/"
        ? path.Trim()
        : null;
}
