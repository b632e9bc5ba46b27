namespace PgHa;

/// <summary>The file <c>postmaster.opts</c>: how the server was started last.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/storage-file-layout.html">Database File Layout</see>.</remarks>
public static class PostmasterOptions
{
    /// <summary>Its name.</summary>
    public const string FileName = "postmaster.opts";

    /// <summary>The path of the program; <see langword="null"/> if the text is no such file.</summary>
    /// <remarks>The server puts every argument in quotes, but not the program, which may have blanks in its path.</remarks>
    public static string? ProgramOf(string text)
    {
        string line = text.Split('\n', 2)[0].TrimEnd('\r');
        int arguments = line.IndexOf(" \"", StringComparison.Ordinal);
        string program = (arguments < 0 ? line : line[..arguments]).Trim();
        return program.Length > 0 ? program : null;
    }
}
