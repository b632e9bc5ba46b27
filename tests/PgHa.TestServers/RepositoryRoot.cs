namespace PgHa.TestServers;

/// <summary>The clone that the running tests were built in.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder with <c>PgHa.sln</c>.</summary>
    public static string Directory { get; } = Locate();

    private static string Locate()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "PgHa.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException($"PgHa.sln is nowhere above {AppContext.BaseDirectory}.");
    }
}
