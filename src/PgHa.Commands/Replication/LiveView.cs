using System.Management.Automation;
using System.Management.Automation.Language;

namespace PgHa.Commands;

/// <summary>Output that a console shows in place of the last.</summary>
/// <remarks>
/// A cmdlet cannot tell whether its output is assigned to a variable. So it always emits objects. A type name chooses the view
/// that draws over the last output, and an object has that name only while it is being written. Shown later, it looks as usual.
/// </remarks>
internal static class LiveView
{
    private const string Suffix = "#Live";

    /// <summary>
    /// Whether the output may go to a screen: the cmdlet is the last of its pipeline, and the console is not redirected.
    /// </summary>
    public static bool IsPossible(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.PipelinePosition == cmdlet.MyInvocation.PipelineLength
        && cmdlet.Host.Name == "ConsoleHost"
        && cmdlet.Host.UI.SupportsVirtualTerminal
        && !Console.IsOutputRedirected
        && !IsNonInteractive()
        && !IsRedirected(cmdlet.MyInvocation.Line);

    /// <summary>Emits a value, on the pipeline thread.</summary>
    public static bool Write(Cmdlet cmdlet, object value)
    {
        var shown = new PSObject(value);
        string name = value.GetType().FullName + Suffix;
        shown.TypeNames.Insert(0, name);
        try
        {
            cmdlet.WriteObject(shown);
        }
        finally
        {
            shown.TypeNames.Remove(name);
        }

        return true;
    }

    // The host does not tell whether it is interactive. It accepts any abbreviation of -NonInteractive.
    private static bool IsNonInteractive() =>
        Environment.GetCommandLineArgs().Any(argument =>
            argument.TrimStart('-', '/').StartsWith("noni", StringComparison.OrdinalIgnoreCase));

    private static bool IsRedirected(string line) =>
        Parser.ParseInput(line, out _, out _).Find(node => node is FileRedirectionAst, searchNestedScriptBlocks: true) is not null;
}
