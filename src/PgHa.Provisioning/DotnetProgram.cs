using System.Runtime.InteropServices;

namespace PgHa.Provisioning;

/// <summary>The <c>dotnet</c> that runs this process. It need not be on <c>PATH</c>.</summary>
internal static class DotnetProgram
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>Its full path.</summary>
    public static string Path { get; } = Locate();

    private static string Locate()
    {
        if (Environment.ProcessPath is { } self && System.IO.Path.GetFileName(self) == Name)
            return self;
        // A program's own start file finds the runtime in the folder of dotnet: shared/Microsoft.NETCore.App/<version>.
        string beside = System.IO.Path.GetFullPath(
            System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", Name));
        return File.Exists(beside) ? beside : Name;
    }
}
