using System.Reflection;
using System.Text.RegularExpressions;

namespace PgHa.Engine.Tests;

// An error id is named in one place, and docs/errors.md says what it means.
public sealed partial class ArchitectureTests
{
    private static IReadOnlyList<string> ErrorIdNames { get; } =
        [.. typeof(ErrorIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Each_error_id_has_one_row_in_the_page_of_errors()
    {
        string page = File.ReadAllText(Path.Combine(Sources, "../docs/errors.md"));

        Assert.Equal(ErrorIdNames.Order(), RowOfId().Matches(page).Select(row => row.Groups["id"].Value).Order());
    }

    [Fact]
    public void No_source_file_spells_an_error_id_itself()
    {
        IEnumerable<string> literals =
            from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            from Match literal in IdAsText().Matches(text)
            select $"{Path.GetFileName(file)}: {literal.Value}";

        Assert.Empty(literals);
    }

    [Fact]
    public void Every_error_id_is_used()
    {
        string[] sources =
        [
            .. Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "ErrorIds.cs").Select(File.ReadAllText),
        ];
        var used = sources.SelectMany(text => UseOfId().Matches(text)).Select(use => use.Groups["id"].Value).ToHashSet();

        Assert.DoesNotContain(ErrorIdNames, id => !used.Contains(id));
    }

    [GeneratedRegex(@"^\| `(?<id>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex RowOfId();

    [GeneratedRegex("""
        "\w+",\s*PgHaErrorKind|ErrorId (?:==|!=|is(?: not)? \(?) ?"\w+"
        """)]
    private static partial Regex IdAsText();

    [GeneratedRegex(@"ErrorIds\.(?<id>\w+)")]
    private static partial Regex UseOfId();
}
