using System.Globalization;
using System.Text.RegularExpressions;
using PgHa.Engine.Access;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Repair;

/// <summary>Runs <c>pg_rewind</c>, and fetches the WAL that it misses from the archive, or from the source.</summary>
/// <remarks>
/// <c>pg_rewind</c> looks for the WAL before it changes anything, so it can be run again. Its own option for a restore command exists
/// only since PostgreSQL 13. See <see href="https://www.postgresql.org/docs/current/app-pgrewind.html">pg_rewind</see>.
/// </remarks>
internal sealed partial class RewindProgram
{
    /// <summary>The program.</summary>
    public const string Name = "pg_rewind";

    // pg_rewind reads backwards: the files before a missing one are likely to be missing too.
    private const int FilesAtOnce = 8;

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _target;
    private readonly ServerDialect _dialect;
    private readonly WalSegmentSize _segmentSize;
    private readonly Lsn? _fork;
    private readonly IReadOnlyList<string> _restoreCommands;

    /// <param name="context">Log and deadlines.</param>
    /// <param name="host">The target's host.</param>
    /// <param name="target">The server to rewind, in the directory where it is now.</param>
    /// <param name="dialect">Its version.</param>
    /// <param name="segmentSize">The size of its WAL files.</param>
    /// <param name="fork">
    /// The position where the target's WAL and the source's parted; <see langword="null"/> if it is not known.
    /// </param>
    /// <param name="restoreCommands">The commands that may have its WAL.</param>
    public RewindProgram(
        EngineContext context, IHost host, PgInstance target, ServerDialect dialect, WalSegmentSize segmentSize, Lsn? fork,
        IReadOnlyList<string> restoreCommands) =>
        (_context, _host, _target, _dialect, _segmentSize, _fork, _restoreCommands) =
            (context, host, target, dialect, segmentSize, fork, restoreCommands);

    /// <summary>
    /// Whether a failed run may have changed the target. <c>pg_rewind</c> prints how much it will copy before it changes anything.
    /// </summary>
    public bool HasChanged { get; private set; }

    /// <summary>Whether WAL files were added to the target.</summary>
    public bool HasFetched { get; private set; }

    /// <summary>Rewinds the target to its last common position with a source.</summary>
    /// <param name="source">The source, as a role that may read its files.</param>
    /// <param name="passFile">The temporary file for the source's password, if it has one.</param>
    /// <param name="cancellationToken">Stops it, and leaves the target half rewound.</param>
    /// <exception cref="PgHaException"><c>RewindFailed</c>, <c>WalMissing</c>.</exception>
    public async Task RunAsync(PgInstance source, string passFile, CancellationToken cancellationToken)
    {
        if (source.HasPassword)
            await StandbyPassFile.WriteAsync(_host, passFile, source, cancellationToken).ConfigureAwait(false);
        try
        {
            HashSet<string> fetched = [];
            while (true)
            {
                CommandResult result = await _host.RunAsync(
                    await CommandAsync(source, passFile, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                if (result.Succeeded)
                    return;
                HasChanged |= result.Output.Contains("need to copy", StringComparison.Ordinal)
                    || result.Error.Contains("need to copy", StringComparison.Ordinal);
                if (MissingFile().Match(result.Error) is not { Success: true } missing
                    || !WalFileName.TryParse(missing.Groups["file"].Value, out WalFileName file))
                {
                    throw Failed(source, result);
                }

                if (!fetched.Add(file.ToString()) || await FetchAsync(file, source, cancellationToken).ConfigureAwait(false) == 0)
                    throw WalMissing(file);
            }
        }
        finally
        {
            await _host.DeleteFileAsync(passFile, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<HostCommand> CommandAsync(PgInstance source, string passFile, CancellationToken cancellationToken)
    {
        string program = await ProgramPath.OfAsync(_host, _target, Name, cancellationToken).ConfigureAwait(false);
        return new HostCommand(
            program, "-D", _target.DataDirectory!, "--progress",
            "--source-server", ProgramConninfo.Of(source.SeenFrom(_target.Machine), _dialect, database: true))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            Environment = source.HasPassword
                ? new Dictionary<string, string> { ["PGPASSFILE"] = passFile }
                : new Dictionary<string, string>(),
        };
    }

    private async Task<int> FetchAsync(WalFileName last, PgInstance source, CancellationToken cancellationToken)
    {
        int count = 0;
        WalFileName? file = last;
        for (; count < FilesAtOnce && file is { } name; count++)
        {
            string path = HostPath.Combine(_target.DataDirectory!, _dialect.WalDirectory, name.ToString());
            if (await _host.StatAsync(path, cancellationToken).ConfigureAwait(false) is not null
                || (!await RestoreAsync(name.ToString(), path, cancellationToken).ConfigureAwait(false)
                    && !await CopyAsync(name, source, path, cancellationToken).ConfigureAwait(false)))
                break;
            HasFetched = true;
            file = Previous(name);
        }

        return count;
    }

    private async Task<bool> RestoreAsync(string name, string path, CancellationToken cancellationToken)
    {
        foreach (string command in _restoreCommands)
        {
            string line = Placeholder().Replace(command, match => match.Value switch
            {
                "%f" => name,
                "%p" => path,
                "%%" => "%",
                _ => match.Value,
            });
            HostCommand shell = _host.IsWindows ? new("cmd.exe", "/c", line) : new("sh", "-c", line);
            CommandResult result = await _host.RunAsync(shell with { Timeout = _context.Timeout }, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded && await _host.StatAsync(path, cancellationToken).ConfigureAwait(false) is not null)
            {
                _context.Log.Step($"{_target.Name}: fetched {name} from the archive");
                return true;
            }

            await _host.DeleteFileAsync(path, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    // Up to the fork the source's WAL is the same; the file with the fork in it is not.
    private async Task<bool> CopyAsync(WalFileName name, PgInstance source, string path, CancellationToken cancellationToken)
    {
        if (_fork is not { } fork || name.EndLsn(_segmentSize) > fork)
            return false;
        ServerSession session = await ServerSession.OpenAsync(_context, source, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            byte[]? content = await session.ScalarAsync<byte[]>(
                "select pg_read_binary_file($1, 0, $2, true)", cancellationToken,
                $"{_dialect.WalDirectory}/{name}", (long)_segmentSize.Bytes).ConfigureAwait(false);
            if (content?.Length != _segmentSize.Bytes)
                return false;
            await _host.WriteFileAsync(path, content, mode: null, cancellationToken).ConfigureAwait(false);
            _context.Log.Step($"{_target.Name}: fetched {name} from {source}");
            return true;
        }
    }

    private PgHaException WalMissing(WalFileName file) => new(
        ErrorIds.WalMissing, PgHaErrorKind.NotFound,
        $"{_target} cannot be rewound: the WAL file {file} is neither in its directory, "
            + $"nor in {(_restoreCommands.Count == 0 ? "an archive, of which none is known" : "the archive")}, nor on the source.",
        "Name the archive with -RestoreFrom, or let a new clone be made (-AllowNewClone).", _target.ToString());

    private PgHaException Failed(PgInstance source, CommandResult result) => new(
        ErrorIds.RewindFailed, PgHaErrorKind.OperationFailed,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The rewind of {_target} to {source} failed (exit status {result.ExitCode}): {LastLine(result)}"),
        HasChanged
            ? "The directory is half rewound. Correct what it says and repair it again; "
                + "if that cannot be rewound any more, let a new clone be made (-AllowNewClone)."
            : "Correct what it says and repair it again, or let a new clone be made (-AllowNewClone).",
        _target.ToString());

    private static string LastLine(CommandResult result) =>
        string.Join(' ', (result.Error.Trim().Length > 0 ? result.Error : result.Output)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeLast(2));

    private WalFileName? Previous(WalFileName file) => file.StartLsn(_segmentSize) is var start && start.Value >= (ulong)_segmentSize.Bytes
        ? WalFileName.At(file.Timeline, start + -_segmentSize.Bytes, _segmentSize)
        : null;

    [GeneratedRegex(@"could not open (?:WAL )?file ""[^""]*?(?<file>[0-9A-F]{24})""", RegexOptions.CultureInvariant)]
    private static partial Regex MissingFile();

    [GeneratedRegex("%[fp%]", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    /// <summary>
    /// Makes a checkpoint on the source of a rewind, if its control file names an old timeline: <c>pg_rewind</c> of PostgreSQL 15 and
    /// older reads the timeline there, and a promotion changes it only with the next checkpoint.
    /// </summary>
    public static async Task CheckpointSourceAsync(EngineContext context, PgInstance source, CancellationToken cancellationToken)
    {
        ReplicationStatus status = await ReplicationStatusReader.ReadOneAsync(context, source, cancellationToken).ConfigureAwait(false);
        ServerSession session = await ServerSession.OpenAsync(context, source, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            int timeline = await session.ScalarAsync<int>(
                "select timeline_id from pg_control_checkpoint()", cancellationToken).ConfigureAwait(false);
            if (status.Timeline is { } now && now.Value != timeline)
                await Checkpoints.RunAsync(context, source, cancellationToken).ConfigureAwait(false);
        }
    }
}
