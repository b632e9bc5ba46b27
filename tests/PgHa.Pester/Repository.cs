namespace PgHa.Pester;

/// <summary>Where things are in the repository that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Locate();

    /// <summary>The module under test; <c>PGHA_TEST_MODULE</c> names another one, such as an unpacked release.</summary>
    public static string Module { get; } =
        Environment.GetEnvironmentVariable("PGHA_TEST_MODULE") is { Length: > 0 } asked ? asked : Path.Combine(Root, "PgHa.psd1");

    /// <summary>The Pester files; <c>PGHA_TEST_PESTER</c> picks some by a pattern such as <c>Module*</c>.</summary>
    public static IReadOnlyList<string> PesterFiles { get; } = [.. Directory
        .EnumerateFiles(
            Path.Combine(Root, "tests", "Pester"),
            $"{Environment.GetEnvironmentVariable("PGHA_TEST_PESTER") ?? "*"}.Tests.ps1",
            SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)];

    private static string Locate()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "PgHa.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException($"PgHa.sln is nowhere above {AppContext.BaseDirectory}.");
    }
}
