using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>
/// Completes an argument with values from the server. A completion changes nothing, shows no error, and gives up after a second,
/// because the user wants to go on typing.
/// </summary>
public abstract class PgCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            AddPiped(fakeBoundParameters, commandAst);
            Paths = (PathIntrinsics)ScriptBlock.Create("$ExecutionContext.SessionState.Path").Invoke()[0].BaseObject;
            using var deadline = new CancellationTokenSource(Deadline);
            Task<IReadOnlyList<string>> candidates = Task.Run(() => CandidatesAsync(fakeBoundParameters, deadline.Token), deadline.Token);
            var pattern = WildcardPattern.Get(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
            return [.. candidates.WaitAsync(Deadline).GetAwaiter().GetResult().Where(pattern.IsMatch).Select(Completed)];
        }
#pragma warning disable CA1031 // Whatever goes wrong, the prompt must not notice.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>Resolves relative paths. The candidates are found on the thread pool, which has no current location.</summary>
    protected PathIntrinsics? Paths { get; private set; }

    /// <summary>The possible values, given the arguments typed so far.</summary>
    protected abstract Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken);

    /// <summary>What the engine works with here: nobody reads a log.</summary>
    protected static EngineContext Engine { get; } = new(SilentLog.Instance) { Timeout = Deadline, ConnectTimeout = Deadline };

    /// <summary>The server that the arguments name; a missing one ends the completion.</summary>
    protected static PgInstance InstanceOf(IDictionary arguments)
    {
        object? named = arguments["Instance"] ?? arguments["Server"] ?? arguments["Cluster"];
        var server = PgInstanceTransformationAttribute.Read(
            (named is PSObject { BaseObject: var value } ? value : named) is PgCluster cluster ? cluster.Primary?.Server : named);
        return arguments["Credential"] is PSCredential login
            ? server.WithLogin(login.UserName, login.GetNetworkCredential().Password)
            : server;
    }

    // Piped input is not bound yet. A variable, a part of one and a constant can be evaluated safely; other expressions run code.
    private static void AddPiped(IDictionary arguments, CommandAst command)
    {
        if (arguments.Contains("Instance") || arguments.Contains("Server")
            || command.Parent is not PipelineAst { PipelineElements: [CommandExpressionAst first, ..] }
            || first.Expression.FindAll(node => !IsHarmless(node), searchNestedScriptBlocks: true).Any())
        {
            return;
        }

        if (ScriptBlock.Create(first.Extent.Text).Invoke() is [{ } piped, ..])
            arguments["Instance"] = piped;
    }

    private static bool IsHarmless(Ast node) =>
        node is VariableExpressionAst or ConstantExpressionAst or ArrayLiteralAst or IndexExpressionAst
            or (MemberExpressionAst { Static: false } and not InvokeMemberExpressionAst);

    /// <summary>A candidate as it is written into the command line.</summary>
    protected virtual CompletionResult Completed(string candidate)
    {
        bool isBareWord = candidate.Length > 0 && candidate.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
        string text = isBareWord ? candidate : $"'{CodeGeneration.EscapeSingleQuotedStringContent(candidate)}'";
        return new CompletionResult(
            text, candidate.Length == 0 ? "''" : candidate, CompletionResultType.ParameterValue, candidate.Length == 0 ? "''" : candidate);
    }
}
