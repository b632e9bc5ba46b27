using System.Globalization;

namespace PgHa.Provisioning.Sources;

/// <summary>The servers that the machine's own packages installed.</summary>
internal static class InstalledPackages
{
    // Debian's and Ubuntu's packages, then the PostgreSQL project's for RHEL and Fedora.
    private static readonly string[] Layouts = ["/usr/lib/postgresql/{0}/bin", "/usr/pgsql-{0}/bin"];

    /// <summary>Every major that is installed.</summary>
    public static IReadOnlyList<int> Majors { get; } = [.. Enumerable.Range(10, 30).Where(major => Find(major) is not null)];

    public static PostgresInstallation? Find(int major) => Layouts
        .Select(layout => string.Format(CultureInfo.InvariantCulture, layout, major))
        .Where(bin => File.Exists(Path.Combine(bin, "postgres")))
        .Select(bin => PostgresInstallation.In(bin, major, "installed packages"))
        .FirstOrDefault();
}
