namespace PgHa;

/// <summary>One thing that is wrong with a cluster's definition.</summary>
/// <param name="Place">Where, as a path into the definition: <c>Nodes[2].Port</c>.</param>
/// <param name="Text">What is wrong and what would be right: one sentence without a full stop.</param>
/// <param name="Line">The line in its file, from 1; 0 where it was no file.</param>
public sealed record DefinitionProblem(string Place, string Text, int Line = 0)
{
    /// <summary><c>line 12, Nodes[2].Port: 9420 is node20's port too</c>.</summary>
    public override string ToString() => Line > 0 ? $"line {Line}, {Place}: {Text}" : $"{Place}: {Text}";
}
