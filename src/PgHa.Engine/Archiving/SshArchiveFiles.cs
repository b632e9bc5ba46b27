using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>An archive on another machine, where the user of a host logs in, as the server's own commands do.</summary>
/// <remarks>
/// Each operation is one login and one script, which the other machine's POSIX shell reads whole before it runs any of it: a link that is
/// cut runs no half of one.
/// </remarks>
internal sealed class SshArchiveFiles : IArchiveFiles
{
    // Thousands of files go in batches, so that progress can be reported and an interruption ends the work soon.
    private const int Batch = 200;

    // Everything before this line was printed by the login.
    private static readonly string Mark = RandomNumberGenerator.GetHexString(32);

    private readonly IHost _near;
    private readonly SshArchive _archive;
    private readonly TimeSpan _timeout;

    public SshArchiveFiles(IHost near, SshArchive archive, TimeSpan timeout)
    {
        _near = near;
        _archive = archive;
        _timeout = timeout;
    }

    /// <inheritdoc/>
    public string Location => _archive.Location;

    /// <inheritdoc/>
    public string Directory => _archive.Directory;

    /// <inheritdoc/>
    public string UserName => _archive.User ?? _near.UserName;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ArchiveEntry>?> ListAsync(bool withContent, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> output = await RunAsync(
            SshArchiveScripts.List, [Directory, withContent ? "content" : ""], cancellationToken).ConfigureAwait(false);
        return output.IsEmpty ? null : [.. SshArchiveListing.Read(output.Span).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string name, int? maxBytes, CancellationToken cancellationToken)
    {
        string bytes = maxBytes?.ToString(CultureInfo.InvariantCulture) ?? "";
        ReadOnlyMemory<byte> output = await RunAsync(
            SshArchiveScripts.Read, [Directory, $"./{name}", bytes], cancellationToken).ConfigureAwait(false);
        return output.IsEmpty ? null : output[1..].ToArray();
    }

    /// <inheritdoc/>
    public async Task<ArchiveRoom> LookAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> output = await RunAsync(SshArchiveScripts.Look, [Directory], cancellationToken).ConfigureAwait(false);
        return Enum.Parse<ArchiveRoom>(Encoding.UTF8.GetString(output.Span).Trim());
    }

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) => RunAsync(SshArchiveScripts.Create, [Directory], cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyList<string> names, Action<int> removed, CancellationToken cancellationToken)
    {
        int gone = 0;
        foreach (string[] some in names.Chunk(Batch))
        {
            await RunAsync(
                SshArchiveScripts.Delete, [Directory, .. some.Select(name => $"./{name}")], cancellationToken).ConfigureAwait(false);
            removed(gone += some.Length);
        }
    }

    private async Task<ReadOnlyMemory<byte>> RunAsync(
        string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string words = string.Concat(arguments.Select(argument => $" {ShellQuoting.Quote(argument)}"));
        string all = $"{{\nexport LC_ALL=C\nset --{words}\nprintf '\\n%s\\n' {Mark}\n{script}\n}}\n";
        HostCommand command = new(_archive.Ssh[0], [.. _archive.Ssh.Skip(1), "exec sh -c 'eval \"$(cat)\"'"])
        {
            StandardInput = Encoding.UTF8.GetBytes(all),
            Timeout = _timeout,
        };
        CommandResult result;
        try
        {
            result = await _near.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw Failure(e.Message, e);
        }

        int start = result.OutputBytes.Span.IndexOf(Encoding.ASCII.GetBytes($"\n{Mark}\n"));
        return start >= 0 && result.Succeeded
            ? result.OutputBytes[(start + Mark.Length + 2)..]
            : throw Failure(result.Error.Trim() is { Length: > 0 } said ? said.Split('\n')[^1] : $"exit status {result.ExitCode}");
    }

    private PgHaException Failure(string reason, Exception? cause = null)
    {
        string login = string.Join(' ', _archive.Ssh.Where(word => word != "-T" && !word.StartsWith("-o", StringComparison.Ordinal)));
        return new PgHaException(
            ErrorIds.ArchiveNotReadable, PgHaErrorKind.ConnectionFailed,
            $"{_near.Description} cannot use the archive {_archive}: {reason.TrimEnd('.')}.",
            $"The server logs in there by itself: its user needs a key without a passphrase, and has to know the machine's key. "
                + $"Try it as {_near.UserName}: {login}",
            Location, cause);
    }
}
