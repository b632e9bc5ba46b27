namespace PgHa;

/// <summary>The file <c>postmaster.opts</c>: how the server was started last.</summary>
/// <remarks>
/// The server puts every argument in quotes and escapes nothing. The program has no quotes, and its path may have blanks in
/// it. See <see href="https://www.postgresql.org/docs/current/storage-file-layout.html">Database File Layout</see>.
/// </remarks>
public static class PostmasterOptions
{
    /// <summary>Its name.</summary>
    public const string FileName = "postmaster.opts";

    private const string Separator = "\" \"";

    /// <summary>The path of the program; <see langword="null"/> if the text is no such file.</summary>
    public static string? ProgramOf(string text)
    {
        string line = text.Split('\n', 2)[0].TrimEnd('\r');
        int arguments = line.IndexOf(" \"", StringComparison.Ordinal);
        string program = (arguments < 0 ? line : line[..arguments]).Trim();
        return program.Length > 0 ? program : null;
    }

    /// <summary>The server's options on its command line, in their order, without its data directory.</summary>
    internal static IReadOnlyList<PostmasterOption> Parse(string text) => [.. All(text).Where(option => !option.IsDataDirectory)];

    /// <summary>
    /// The directory that <c>-D</c> names: the data directory, or the directory of a <c>postgresql.conf</c> that names the data
    /// directory; <see langword="null"/> without this option.
    /// </summary>
    internal static string? DirectoryOf(string text) =>
        All(text).LastOrDefault(option => option.IsDataDirectory) is { } option
            ? option.Words.Count > 1 ? option.Words[1] : option.Words[0][2..]
            : null;

    private static List<PostmasterOption> All(string text)
    {
        int start = text.IndexOf(" \"", StringComparison.Ordinal);
        int end = text.LastIndexOf('"');
        string[] words = start < 0 || end < start + 2 ? [] : text[(start + 2)..end].Split(Separator);
        List<PostmasterOption> options = [];
        for (int i = 0; i < words.Length; i++)
        {
            PostmasterOption option = PostmasterOption.HasValueApart(words[i]) && i + 1 < words.Length
                ? new([words[i], words[++i]])
                : new([words[i]]);
            options.Add(option);
        }

        return options;
    }

    /// <summary>The value that the command line gives a setting; <see langword="null"/> if it gives it none.</summary>
    internal static string? ValueOf(IReadOnlyList<PostmasterOption> options, string setting) =>
        options.LastOrDefault(option => setting.Equals(option.Setting, StringComparison.OrdinalIgnoreCase))?.Value;
}
