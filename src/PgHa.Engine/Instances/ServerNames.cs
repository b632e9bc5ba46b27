using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances;

/// <summary>Finds the server for a name or a path, which alone do not tell how to reach the server.</summary>
public sealed class ServerNames
{
    /// <summary>All forms in which a server can be given as text.</summary>
    public const string Forms =
        "Give a server as node20 (a server of this machine, by its name), db1 or db1:5433 (a host), [::1]:5433, /srv/pg/node20 (its data "
        + "directory), /var/run/postgresql (the directory of its Unix socket), 'host=db1 port=5433', or postgresql://db1:5433.";

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ServerNames(EngineContext context) => _context = context;

    /// <summary>The server of this machine with the name; if there is none, the server on the host of that name.</summary>
    /// <exception cref="PgHaException"><c>ServerNameAmbiguous</c>: several servers of this machine have it.</exception>
    public async Task<PgInstance> FindByNameAsync(string name, CancellationToken cancellationToken) =>
        await OfThisMachineAsync(name, cancellationToken).ConfigureAwait(false) ?? PgInstance.Parse(name);

    /// <summary>The names of this machine's servers that are similar to a misspelt name.</summary>
    public async Task<IReadOnlyList<string>> NearestAsync(string name, CancellationToken cancellationToken) =>
        NearestNames.Of(
            name,
            (await new InstanceFinder(_context).FindAsync(folder: null, cancellationToken).ConfigureAwait(false))
                .Select(instance => instance.Name));

    /// <summary>The server whose data directory or socket directory a path is.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="text">The text it was given as.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="PgHaException"><c>DirectoryNotFound</c> or <c>NotADataDirectory</c>: no server has its files there.</exception>
    public async Task<PgInstance> FindByPathAsync(string path, string text, CancellationToken cancellationToken)
    {
        var finder = new InstanceFinder(_context);
        if (await finder.IsDataDirectoryAsync(path, cancellationToken).ConfigureAwait(false))
            return await finder.FromDirectoryAsync(path, cancellationToken).ConfigureAwait(false);
        if (HasPort(text))
            return PgInstance.Parse(text);
        // The name of a Debian cluster, such as 15/main, could also be a relative path.
        if (char.IsAsciiDigit(text[0]) && await OfThisMachineAsync(text, cancellationToken).ConfigureAwait(false) is { } named)
            return named;
        IHost own = await _context.MachineOf(PgMachine.This).OperatorAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string>? names = await own.ListAsync(path, cancellationToken).ConfigureAwait(false);
        if (names?.Any(name => name.StartsWith(".s.PGSQL.", StringComparison.Ordinal)) == true)
            return PgInstance.Parse(path);
        throw names is null
            ? new PgHaException(
                ErrorIds.DirectoryNotFound, PgHaErrorKind.NotFound, $"There is no directory '{path}', or this user may not look into it.",
                $"See which servers there are with Get-PgInstance. {Forms}")
            : new PgHaException(
                ErrorIds.NotADataDirectory, PgHaErrorKind.NotFound,
                $"'{path}' is neither a data directory (it has no PG_VERSION) nor a directory with a server's Unix socket.",
                $"See which servers there are with Get-PgInstance. {Forms}");
    }

    private static bool HasPort(string text) => text.StartsWith('/') && text.LastIndexOf(':') is > 0 and var colon
        && colon < text.Length - 1 && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private async Task<PgInstance?> OfThisMachineAsync(string name, CancellationToken cancellationToken)
    {
        // localhost always means the host, not a server of that name.
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return null;
        IReadOnlyList<PgInstance> local = await new InstanceFinder(_context).FindAsync(
            folder: null, cancellationToken).ConfigureAwait(false);
        PgInstance[] named = [.. local.Where(instance => instance.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return named.Length <= 1
            ? named.FirstOrDefault()
            : throw new PgHaException(
                ErrorIds.ServerNameAmbiguous, PgHaErrorKind.InvalidArgument,
                $"{named.Length} servers of this machine are called '{name}': "
                    + $"{string.Join(", ", named.Select(one => $"'{one.DataDirectory}'"))}.",
                "Give the data directory.");
    }
}
