namespace PgHa;

/// <summary>A directive that puts another file's rules in its place (16).</summary>
/// <param name="LineNumber">The line in the file, from 1.</param>
/// <param name="Directive"><c>include</c>, <c>include_if_exists</c> or <c>include_dir</c>.</param>
/// <param name="Path">The file or directory, relative to the including file's own.</param>
public sealed record HbaInclude(int LineNumber, string Directive, string Path);
