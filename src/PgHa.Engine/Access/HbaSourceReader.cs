using PgHa.Engine.Machines;

namespace PgHa.Engine.Access;

/// <summary>Reads a server's <c>pg_hba.conf</c> and what it includes.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
internal sealed class HbaSourceReader(IHost host, PgInstance server)
{
    // The server's own limit: a file that includes itself would never end.
    private const int MaxDepth = 10;

    /// <summary>Reads a file with those that it includes.</summary>
    /// <exception cref="PgHaException"><c>HbaFileMissing</c>, or <c>HbaFileInvalid</c>.</exception>
    public async Task<HbaSource> ReadAsync(string path, CancellationToken cancellationToken) =>
        await TryReadAsync(path, depth: 0, cancellationToken).ConfigureAwait(false) ?? throw Missing(path);

    private async Task<HbaSource?> TryReadAsync(string path, int depth, CancellationToken cancellationToken)
    {
        if (await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return null;
        HbaFile file = Parse(path, bytes);
        List<IReadOnlyList<HbaSource>> included = [];
        foreach (HbaInclude include in file.Includes)
            included.Add(depth < MaxDepth ? await IncludedAsync(path, include, depth, cancellationToken).ConfigureAwait(false) : []);
        return new HbaSource(path, file) { Included = included };
    }

    private async Task<IReadOnlyList<HbaSource>> IncludedAsync(
        string path, HbaInclude include, int depth, CancellationToken cancellationToken)
    {
        List<HbaSource> sources = [];
        foreach (string name in await NamesAsync(path, include, cancellationToken).ConfigureAwait(false))
        {
            if (await TryReadAsync(name, depth + 1, cancellationToken).ConfigureAwait(false) is { } source)
                sources.Add(source);
            else if (include.Directive == "include")
                throw Missing(name);
        }

        return sources;
    }

    // A relative path starts at the directory of the including file.
    private async Task<IEnumerable<string>> NamesAsync(string path, HbaInclude include, CancellationToken cancellationToken)
    {
        string target = HostPath.Combine(HostPath.Parent(path)!, include.Path);
        if (include.Directive != "include_dir")
            return [target];
        return (await host.ListAsync(target, cancellationToken).ConfigureAwait(false) ?? [])
            .Where(name => name.EndsWith(".conf", StringComparison.Ordinal) && !name.StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(name => HostPath.Combine(target, name));
    }

    private HbaFile Parse(string path, byte[] bytes)
    {
        try
        {
            return HbaFile.Parse(bytes);
        }
        catch (MalformedTextException e)
        {
            throw new PgHaException(
                ErrorIds.HbaFileInvalid, PgHaErrorKind.InvalidState,
                $"'{path}' of {server} cannot be read: {e.Message}", "Correct the line.", server.ToString(), e);
        }
    }

    private PgHaException Missing(string path) => new(
        ErrorIds.HbaFileMissing, PgHaErrorKind.NotFound,
        $"{server} has no '{path}'.", "Check hba_file, and what its file includes.", server.ToString());
}
