namespace PgHa.Engine.Access;

/// <summary>A file of rules with the files that it includes.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="File">Its content.</param>
internal sealed record HbaSource(string Path, HbaFile File)
{
    /// <summary>The included files, for each of the file's directives.</summary>
    public IReadOnlyList<IReadOnlyList<HbaSource>> Included { get; init; } = [];

    /// <summary>This file and all that it includes; one that is included twice is named once.</summary>
    public IEnumerable<HbaSource> Files =>
        Included.SelectMany(sources => sources).SelectMany(source => source.Files).Prepend(this).DistinctBy(source => source.Path);

    /// <summary>The rules in the order in which the server tries them, each with its file.</summary>
    public IEnumerable<(string Path, HbaFileRule Rule)> Rules => File.Rules
        .Select(rule => (rule.LineNumber, Rules: (IEnumerable<(string, HbaFileRule)>)[(Path, rule)]))
        .Concat(File.Includes.Zip(Included, (include, sources) => (include.LineNumber, Rules: sources.SelectMany(source => source.Rules))))
        .OrderBy(line => line.LineNumber)
        .SelectMany(line => line.Rules);

    /// <summary>Adds a rule to this file; see <see cref="HbaFile.Add(HbaRule)"/>.</summary>
    /// <param name="file">This file, possibly with other rules added, which moved its lines.</param>
    /// <param name="rule">The rule.</param>
    public HbaFile Add(HbaFile file, HbaRule rule)
    {
        List<HbaInclude> includes = [.. file.Includes];
        return file.Add(
            rule, include => [.. Included[includes.IndexOf(include)].SelectMany(source => source.Rules).Select(one => one.Rule.Rule)]);
    }
}
