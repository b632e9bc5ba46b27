using System.Management.Automation;
using System.Management.Automation.Language;

namespace PgHa.Commands;

/// <summary>Output that a console shows in place of the last.</summary>
/// <remarks>
/// A cmdlet cannot tell whether what it emits is assigned. So it emits objects in any case, and the view that draws over
/// the last one is chosen by a type name, which an object has only while it is being written: shown later it is as any other.
/// </remarks>
internal static class LiveView
{
    private const string Suffix = "#Live";

    /// <summary>Whether what the cmdlet emits may get to the screen of a person: nothing comes after it, and the console is no file.</summary>
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

    // The host does not say; it takes any beginning of the word.
    private static bool IsNonInteractive() =>
        Environment.GetCommandLineArgs().Any(argument => argument.TrimStart('-', '/').StartsWith("noni", StringComparison.OrdinalIgnoreCase));

    private static bool IsRedirected(string line) =>
        Parser.ParseInput(line, out _, out _).Find(node => node is FileRedirectionAst, searchNestedScriptBlocks: true) is not null;
}
