using System.Collections.Concurrent;

namespace PgHa.TestServers;

/// <summary>
/// Directories with data directories in them that are made once a run and copied for each test: <c>initdb</c> alone takes more
/// processor time than everything else that a short test does.
/// </summary>
public static class DataDirectoryTemplates
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<string, Lazy<Task<Template>>> Made = new();
    private static readonly Lazy<Task<TestArea>> Area = new(() => Task.Run(CreateAreaAsync));

    /// <summary>Copies a directory, which is made first where it isn't yet.</summary>
    /// <param name="kind">What tells it from others.</param>
    /// <param name="make">Makes it at the path that it is given, and says what there is to know of it.</param>
    /// <param name="target">Where the copy goes; nothing may be there.</param>
    /// <returns>What <paramref name="make"/> said.</returns>
    public static async Task<T> CopyAsync<T>(string kind, Func<string, Task<T>> make, string target)
        where T : notnull
    {
        Template template = await Made.GetOrAdd(kind, _ => new(() => Task.Run(() => MakeAsync(make)))).Value;
        (await ServerUser.RunAsync("cp", ["-a", template.Directory, target], Moment)).OrThrow();
        return (T)template.Known;
    }

    /// <summary>The same for a data directory that never ran; the copy has its own system identifier.</summary>
    public static async Task<T> CopyNewAsync<T>(string kind, Func<string, Task<T>> make, string target)
        where T : notnull
    {
        T known = await CopyAsync(kind, make, target);
        SystemIdentifiers.Renew(target);
        return known;
    }

    /// <summary>Does what <c>initdb</c> does.</summary>
    /// <param name="server">Whose programs.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="options">What <c>initdb</c> gets besides it.</param>
    public static Task InitDbAsync(PostgresInstallation server, string directory, params string[] options) => CopyNewAsync(
        $"initdb {server.BinDirectory} {string.Join(' ', options)}",
        async path => (await ServerUser.RunAsync(server.Program("initdb"), ["-D", path, .. options], Moment)).OrThrow(),
        directory);

    private static async Task<Template> MakeAsync<T>(Func<string, Task<T>> make)
        where T : notnull
    {
        string path = (await Area.Value)[Path.GetRandomFileName()];
        return new Template(path, await make(path));
    }

    private static async Task<TestArea> CreateAreaAsync()
    {
        TestArea area = await TestArea.CreateAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => area.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return area;
    }

    private sealed record Template(string Directory, object Known);
}
