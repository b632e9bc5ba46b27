using PgHa.Engine.Access;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;

namespace PgHa.Engine.PrimaryChange;

/// <summary>A copy of the files that configure a server's recovery, which can be put back later.</summary>
internal sealed class RecoveryFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // recovery.conf and standby.signal are last: while the other files are put back, a start must not make the server a second primary.
    private static readonly string[] Names =
    [
        ServerConfiguration.MainFileName, ServerConfiguration.AutoFileName, StandbyPassFile.Name, RecoveryFileNames.RecoveryConf,
        RecoveryFileNames.StandbySignal,
    ];

    private readonly IHost _host;
    private readonly IReadOnlyList<KeyValuePair<string, byte[]?>> _contents;

    private RecoveryFiles(IHost host, IReadOnlyList<KeyValuePair<string, byte[]?>> contents)
    {
        _host = host;
        _contents = contents;
    }

    /// <summary>Reads them.</summary>
    public static async Task<RecoveryFiles> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        string directory = instance.DataDirectory!;
        Task<IHost> ahead = host.ReadAheadAsync(
            [.. Names.Append(PostmasterOptions.FileName).Select(name => HostPath.Combine(directory, name))], cancellationToken);
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        IHost read = await ahead.ConfigureAwait(false);
        string main = await ConfigurationLocation.FindAsync(read, directory, names, cancellationToken).ConfigureAwait(false);
        string[] paths = [main, .. Names.Skip(1).Select(name => HostPath.Combine(directory, name))];
        List<KeyValuePair<string, byte[]?>> contents = [];
        foreach (string path in paths)
            contents.Add(new(path, await read.ReadFileAsync(path, cancellationToken).ConfigureAwait(false)));
        return new RecoveryFiles(host, contents);
    }

    /// <summary>Puts them back; what was not there is removed.</summary>
    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        foreach ((string path, byte[]? content) in _contents)
        {
            byte[]? now = await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
            if (content is null && now is not null)
            {
                await _host.DeleteFileAsync(path, cancellationToken).ConfigureAwait(false);
            }
            else if (content is not null && now?.AsSpan().SequenceEqual(content) != true)
            {
                await _host.WriteFileAsync(
                    path, content, path.EndsWith(StandbyPassFile.Name, StringComparison.Ordinal) ? OwnerOnly : null,
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
