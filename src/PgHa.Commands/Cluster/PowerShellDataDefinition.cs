using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace PgHa.Commands;

/// <summary>Reads the parts of a definition from a PowerShell data file, which is parsed and never run.</summary>
internal static partial class PowerShellDataDefinition
{
    /// <summary>The parts, each with its line.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="source">The file, for the message.</param>
    /// <exception cref="PgHaException">
    /// <c>InvalidClusterDefinition</c>: the text is no data file, or it contains code that would have to be run.
    /// </exception>
    public static DefinitionValue Parse(string text, string source)
    {
        ScriptBlockAst script = Parser.ParseInput(text, source, out _, out ParseError[] errors);
        if (errors.Length > 0)
            throw InvalidDefinition.Of(source, [.. errors.Select(error => Problem(error.Extent, error.Message.TrimEnd('.')))]);
        List<DefinitionProblem> problems = [];
        DefinitionValue? value =
            script is { ParamBlock: null, BeginBlock: null, ProcessBlock: null, EndBlock.Statements: [PipelineAst only] }
            && Pure(only) is HashtableAst table
            ? Value(table, problems)
            : throw InvalidDefinition.Of(source, 1, "a data file holds one hashtable, @{ … }, and nothing else");
        return problems.Count == 0 ? value : throw InvalidDefinition.Of(source, problems);
    }

    private static DefinitionValue Value(Ast ast, List<DefinitionProblem> problems)
    {
        int line = ast.Extent.StartLineNumber;
        switch (ast)
        {
            case HashtableAst table:
                return new DefinitionTable([.. table.KeyValuePairs.Select(pair => Entry(pair.Item1, pair.Item2, problems))], line);
            case ArrayLiteralAst list:
                return new DefinitionList([.. list.Elements.Select(element => Value(element, problems))], line);
            case ArrayExpressionAst list:
                return new DefinitionList([.. list.SubExpression.Statements.SelectMany(statement => Elements(statement, problems))], line);
            case ParenExpressionAst parentheses:
                return Value(Pure(parentheses.Pipeline), problems);
            // PowerShell reads 16MB as a number of bytes. In a setting PostgreSQL's own notation is meant, so the text is kept.
            case ConstantExpressionAst when Quantity().Match(ast.Extent.Text) is { Success: true } quantity:
                return new DefinitionScalar(quantity.Groups[1].Value + Unit(quantity.Groups[2].Value), line);
            default:
                return new DefinitionScalar(Constant(ast, problems), line);
        }
    }

    private static DefinitionEntry Entry(ExpressionAst key, StatementAst value, List<DefinitionProblem> problems) =>
        new(Constant(key, problems)?.ToString() ?? "", Value(Pure(value), problems), key.Extent.StartLineNumber);

    // @( 'a', 'b' ) is a list of two elements, not a list in a list.
    private static IEnumerable<DefinitionValue> Elements(StatementAst statement, List<DefinitionProblem> problems) =>
        Pure(statement) is ArrayLiteralAst list
            ? list.Elements.Select(element => Value(element, problems))
            : [Value(Pure(statement), problems)];

    private static Ast Pure(Ast statement) => (statement as PipelineAst)?.GetPureExpression() ?? statement;

    private static object? Constant(Ast ast, List<DefinitionProblem> problems)
    {
        try
        {
            return ast.SafeGetValue();
        }
        catch (InvalidOperationException)
        {
            problems.Add(Problem(ast.Extent, "is not constant, and a data file is not run"));
            return null;
        }
    }

    private static DefinitionProblem Problem(IScriptExtent extent, string text)
    {
        string found = extent.Text.Split('\n')[0].Trim();
        return new(found.Length == 0 ? "end" : found, text, extent.StartLineNumber);
    }

    private static string Unit(string suffix) => suffix.Equals("kb", StringComparison.OrdinalIgnoreCase) ? "kB" : suffix.ToUpperInvariant();

    [GeneratedRegex("^([0-9]+)([kmgt]b)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quantity();
}
