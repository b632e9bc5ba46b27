using PgHa.TestServers;

namespace PgHa.Pester;

/// <summary>Where things are in the repository that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = RepositoryRoot.Directory;

    /// <summary>The module under test; <c>PGHA_TEST_MODULE</c> names another one, such as an unpacked release.</summary>
    public static string Module { get; } =
        Environment.GetEnvironmentVariable("PGHA_TEST_MODULE") is { Length: > 0 } asked ? asked : Path.Combine(Root, "PgHa.psd1");

    /// <summary>The Pester files; <c>PGHA_TEST_PESTER</c> picks some by names and patterns such as <c>Setting,Module*</c>.</summary>
    public static IReadOnlyList<string> PesterFiles { get; } = [.. Wanted
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Root, "tests", "Pester"), $"{pattern}.Tests.ps1"))
        .Distinct()
        .Order(StringComparer.Ordinal)];

    private static string Wanted => Environment.GetEnvironmentVariable("PGHA_TEST_PESTER") is { Length: > 0 } asked ? asked : "*";
}
