namespace PgHa;

/// <summary>Makes the paths of a definition absolute.</summary>
/// <param name="Root">The absolute directory that relative ones are in.</param>
internal sealed record DefinitionPaths(string Root)
{
    /// <summary>The absolute path, without dots in it or a separator at its end.</summary>
    public string Absolute(object value)
    {
        string path = DefinitionScalars.Text(value);
        return path[0] == '~'
            ? throw new FormatException($"'{path}' begins with ~, which no server expands; write the path in full")
            : Of(path);
    }

    /// <summary>The location of an archive: an absolute path, or <c>ssh://</c> and a directory of another machine.</summary>
    public string Archive(object value)
    {
        string text = DefinitionScalars.Text(value);
        return !SshArchive.IsLocation(text) ? Absolute(value)
            : SshArchive.TryParse(text)?.Location ?? throw new FormatException(
                $"'{text}' names no archive; expected ssh://HOST/DIRECTORY or ssh://USER@HOST:PORT/DIRECTORY");
    }

    /// <summary>The absolute path of a name in <see cref="Root"/>.</summary>
    public string Of(string path) => HostPath.Full(path, Root);

    /// <summary>A text that is meant as a path rather than as a name.</summary>
    public static bool IsPath(string text) => text.StartsWith('.') || text.IndexOfAny(['/', '\\']) >= 0;
}
