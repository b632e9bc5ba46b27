namespace PgHa;

/// <summary>The files that define units of systemd.</summary>
/// <remarks>See <see href="https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html">systemd.unit</see>.</remarks>
internal static class ServiceUnitFile
{
    private const string Service = ".service";

    /// <summary>
    /// The unit of a file, or the pattern of a template's instances; <see langword="null"/> if it defines no service.
    /// </summary>
    /// <param name="path">
    /// The path of a unit's file, or of one in its directory of additions, such as <c>x.service.d/override.conf</c>.
    /// </param>
    public static string? UnitOf(string path)
    {
        string[] parts = path.Trim().Split('/');
        string? name = parts switch
        {
            [.., var file] when file.EndsWith(Service, StringComparison.Ordinal) => file,
            [.., var folder, var file] when file.EndsWith(".conf", StringComparison.Ordinal)
                && folder.EndsWith($"{Service}.d", StringComparison.Ordinal) => folder[..^".d".Length],
            _ => null,
        };
        return name?.Replace("@.service", "@*.service", StringComparison.Ordinal);
    }
}
