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

    /// <summary>The absolute path of a name in <see cref="Root"/>.</summary>
    public string Of(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Root));

    /// <summary>A text that is meant as a path rather than as a name.</summary>
    public static bool IsPath(string text) => text.StartsWith('.') || text.IndexOfAny(['/', '\\']) >= 0;
}
