using PgHa.Engine.Access;
using PgHa.Engine.Machines;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Cloning;

/// <summary>Runs <c>pg_basebackup</c> and reports its progress. The password is in a file while the program runs.</summary>
internal sealed class BackupRun
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly CloneTarget _target;

    public BackupRun(EngineContext context, IHost host, CloneTarget target)
    {
        _context = context;
        _host = host;
        _target = target;
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">The command; where the login has a password, it reads that from the target's password file.</param>
    /// <param name="source">The server that is copied.</param>
    /// <param name="login">How the program connects to it.</param>
    /// <param name="activity">The name of the activity in the progress report.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="PgHaException"><c>DiskFull</c>, <c>ConnectionLost</c>, <c>BaseBackupFailed</c>.</exception>
    public async Task RunAsync(
        HostCommand command, PgInstance source, PgInstance login, string activity, CancellationToken cancellationToken)
    {
        // The program makes a slot of its own only after the backup has begun. The checkpoint that another backup begins with would
        // remove the WAL before that.
        WalReservation? kept = await WalReservation.TryTakeAsync(_context, source, cancellationToken).ConfigureAwait(false);
        try
        {
            if (login.HasPassword)
            {
                await _host.CreateDirectoryAsync(_target.PassDirectory, cancellationToken).ConfigureAwait(false);
                await StandbyPassFile.WriteAsync(_host, _target.PassFile, login, cancellationToken).ConfigureAwait(false);
            }

            CommandResult result = await _host.RunAsync(
                command with { OnErrorLine = line => Tell(line, source, activity) }, cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded)
                throw BaseBackupCommand.Failure(source, _target.Directory, result);
        }
        finally
        {
            if (kept is not null)
                await kept.DisposeAsync().ConfigureAwait(false);
            _context.Log.Progress(new EngineProgress(activity, "done", IsCompleted: true));
            if (login.HasPassword)
                await _host.DeleteDirectoryAsync(_target.PassDirectory, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Tell(string line, PgInstance source, string activity)
    {
        if (BaseBackupProgress.Parse(line) is { } progress)
            _context.Log.Progress(new EngineProgress(activity, progress.ToString(), progress.Percent));
        else if (line.Contains("waiting for checkpoint", StringComparison.Ordinal))
            _context.Log.Progress(new EngineProgress(activity, $"waiting for a checkpoint of {source}"));
    }
}
