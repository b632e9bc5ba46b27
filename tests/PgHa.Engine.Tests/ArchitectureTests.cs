using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PgHa.Engine.Tests;

/// <summary>The arrows of docs/design.md point one way.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Sources = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourceFile())!, "../../src"));

    [Fact]
    public void The_domain_uses_nothing_but_the_base_class_library()
    {
        string[] others = [.. References(typeof(PgInstance)).Where(name => !name.StartsWith("System.", StringComparison.Ordinal))];

        Assert.Empty(others);
    }

    [Fact]
    public void The_domain_reaches_for_no_file_process_socket_or_clock()
    {
        using var file = new PEReader(File.OpenRead(typeof(PgInstance).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        IEnumerable<string> members =
            from handle in metadata.MemberReferences
            let member = metadata.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
            select $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";

        Assert.DoesNotContain(members, member => Outside().IsMatch(member));
    }

    [Fact]
    public void The_engine_knows_nothing_of_PowerShell() =>
        Assert.DoesNotContain(References(typeof(EngineContext)), name =>
            name.StartsWith("System.Management.Automation", StringComparison.Ordinal) || name is "PgHa.Commands" or "PgHa.Loader");

    [Fact]
    public void Only_the_dialect_compares_versions()
    {
        string versions = Path.Combine("PgHa", "Versions") + Path.DirectorySeparatorChar;
        IEnumerable<string> comparisons =
            from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Sources, file)
            where !name.StartsWith(versions, StringComparison.Ordinal) && !IsBuildOutput(name)
            from line in File.ReadLines(file)
            where VersionComparison().IsMatch(line)
            select $"{name}: {line.Trim()}";

        Assert.Empty(comparisons);
    }

    [Fact]
    public void Nothing_that_a_user_may_leave_out_of_an_instance_is_taken_for_granted()
    {
        // A data directory is asked for by EngineContext.HostOfAsync, which refuses an instance without one.
        IEnumerable<string> assumptions =
            from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Sources, file)
            where !IsBuildOutput(name)
            from line in File.ReadLines(file)
            where Assumption().IsMatch(line)
            select $"{name}: {line.Trim()}";

        Assert.Empty(assumptions);
    }

    // A folder may use those before it. docs/design.md says what is in each.
    private static readonly string[] Ladder =
    [
        "Machines", "Programs", "Servers", "Procedures", "Configuration", "Instances", "Settings", "Management", "Replication", "Logs",
        "Origins", "Access", "Decoding", "Archiving", "Cloning", "Backups", "Clearance", "Wal", "Recovery", "Waiting", "Cluster",
        "PrimaryChange", "Upstreams", "Repair", "Maintenance",
    ];

    [Fact]
    public void The_folders_of_the_engine_are_a_ladder()
    {
        string engine = Path.Combine(Sources, "PgHa.Engine");
        IEnumerable<string> upwards =
            from file in Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(engine, file).Split(Path.DirectorySeparatorChar)
            where name.Length > 1 && name[0] is not ("bin" or "obj")
            from Match use in UsedFolder().Matches(File.ReadAllText(file))
            let used = use.Groups["folder"].Value
            where Array.IndexOf(Ladder, name[0]) < Array.IndexOf(Ladder, used) || !Ladder.Contains(name[0])
            select $"{string.Join('/', name)} uses {used}";

        Assert.Empty(upwards);
    }

    [Fact]
    public void Lines_and_files_are_short()
    {
        const int Columns = 140, Lines = 300;
        IEnumerable<string> tooLong =
            from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Sources, file)
            where !IsBuildOutput(name)
            let lines = File.ReadAllLines(file)
            from place in lines.Index().Where(line => line.Item.Length > Columns).Select(line => $"{name}:{line.Index + 1}")
                .Concat(lines.Length >= Lines ? [$"{name}: {lines.Length} lines"] : [])
            select place;

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Numbers_and_times_are_written_the_same_in_every_culture()
    {
        IEnumerable<string> ofTheUser =
            from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Sources, file)
            where name.Split(Path.DirectorySeparatorChar)[0] is "PgHa" or "PgHa.Engine" or "PgHa.Commands" && !IsBuildOutput(name)
            let lines = File.ReadAllLines(file)
            from place in lines.Index()
            where FormattedNumber().IsMatch(place.Item)
                // The call that names the culture begins a few lines above.
                && !lines[Math.Max(0, place.Index - 5)..(place.Index + 1)].Any(line => line.Contains("Invariant", StringComparison.Ordinal))
            select $"{name}:{place.Index + 1}: {place.Item.Trim()}";

        Assert.Empty(ofTheUser);
    }

    // They wait for a beat, for an end that another thread announces, or for a person's answer, and not until something is so.
    private static readonly string[] Pauses =
        ["Poll.cs", "LiveBackup.cs", "WalReservation.cs", "ReplicationWatch.cs", "ReplicationLagMeter.cs", "PgCommand.cs"];

    [Fact]
    public void Only_Poll_waits_until_something_is_so()
    {
        Assert.Empty(Places(Pauses, line => line.Contains("Task.Delay(", StringComparison.Ordinal)
            || line.Contains("Thread.Sleep(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_ServerSession_opens_a_session()
    {
        Assert.Empty(Places(["ServerSession.cs"], Opening().IsMatch));
    }

    [Fact]
    public void Only_Plural_chooses_between_one_and_many()
    {
        Assert.Empty(Places(["Plural.cs"], OneOrMany().IsMatch));
    }

    private static IEnumerable<string> References(Type type) => type.Assembly.GetReferencedAssemblies().Select(name => name.Name!);

    // The lines of the module's sources that do something which only some files may.
    private static IEnumerable<string> Places(IReadOnlyList<string> allowed, Func<string, bool> does) =>
        from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Sources, file)
        where name.Split(Path.DirectorySeparatorChar)[0] is "PgHa" or "PgHa.Engine" or "PgHa.Commands" && !IsBuildOutput(name)
        where !allowed.Contains(Path.GetFileName(file))
        from line in File.ReadLines(file).Index()
        where does(line.Item)
        select $"{name}:{line.Index + 1}: {line.Item.Trim()}";

    private static bool IsBuildOutput(string name) =>
        name.Split(Path.DirectorySeparatorChar) is [_, "obj" or "bin", ..];

    // A major written out, or a version or its major on the left or right of an order.
    [GeneratedRegex(@"^using (?:static )?PgHa\.Engine\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedFolder();

    [GeneratedRegex(
        @"OfMajor\(|(\bVersion|\bversion|\.Major|\.Number)\s*(<|>|<=|>=)\s*[\w(]|\s(<|>|<=|>=)\s*\w*(\.Version|\bversion|\.Major)\b")]
    private static partial Regex VersionComparison();

    // A number or a time in an interpolated text, with a format of its own.
    [GeneratedRegex(@"\$"".*\{[^{}""]*[\w)]:(0|#[.,#]|F\d|N\d|P\d|yyyy|HH)[^{}""]*\}")]
    private static partial Regex FormattedNumber();

    [GeneratedRegex(@"new NpgsqlConnection\(|DataSourceBuilder\(|NpgsqlDataSource\.Create|\.OpenConnection")]
    private static partial Regex Opening();

    [GeneratedRegex(@"== 1 \? """)]
    private static partial Regex OneOrMany();

    [GeneratedRegex(@"\.(Version|BinDirectory|SocketDirectory|Options)(!|\.Value\b)")]
    private static partial Regex Assumption();

    [GeneratedRegex(
        @"^System\.(IO\.(File|Directory|Drive)|Net\.(?!IPAddress)|Console|Diagnostics\.(Process|Stopwatch)"
        + @"|Environment\.(?!get_NewLine|get_CurrentManagedThreadId)|DateTime(Offset)?\.get_(Utc)?Now)")]
    private static partial Regex Outside();

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
