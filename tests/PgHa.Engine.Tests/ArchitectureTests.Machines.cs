using System.Text.RegularExpressions;

namespace PgHa.Engine.Tests;

// A server may be on another machine than PgHa.
public sealed partial class ArchitectureTests
{
    [Fact]
    public void Only_machines_make_hosts_and_ask_the_operating_system() => Assert.Empty(UsesOf(AsksTheSystem()));

    [Fact]
    public void Paths_of_servers_are_joined_in_their_own_form() => Assert.Empty(UsesOf(JoinsInThisSystemsForm()));

    private static IEnumerable<string> UsesOf(Regex pattern) =>
        from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Sources, file).Replace('\\', '/')
        where name.StartsWith("PgHa/", StringComparison.Ordinal) || name.StartsWith("PgHa.Engine/", StringComparison.Ordinal)
        where !name.StartsWith("PgHa.Engine/Machines/", StringComparison.Ordinal) && !IsBuildOutput(name)
        from line in File.ReadLines(file)
        where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && pattern.IsMatch(line)
        select $"{name}: {line.Trim()}";

    // IMachine and IHost are how everything else reaches a machine.
    [GeneratedRegex(
        @"\bnew (LocalHost|ShellHost|LocalMachine)\b"
        + @"|\b(HostSelector|ThisMachine|UnixUser|ListeningSockets|LinkTargets)\.(?!HostName|DefaultServerUser)"
        + @"|\bIPGlobalProperties\b|\bNetworkInterface\b|\bDns\.|\bEnvironment\.(UserName|MachineName|IsPrivilegedProcess)"
        + @"|\bProcess\.(Start|Get)|\bDriveInfo\b|(?<![\w.])Directory\.(Enumerate|Get|Create|Delete|Exists|Move|Resolve)")]
    private static partial Regex AsksTheSystem();

    // GetExtension tells the form of a file of PgHa's own.
    [GeneratedRegex(@"(?<![\w.])Path\.(?!GetExtension)[A-Z]\w*\(|\bPath\.(Alt)?DirectorySeparatorChar")]
    private static partial Regex JoinsInThisSystemsForm();
}
