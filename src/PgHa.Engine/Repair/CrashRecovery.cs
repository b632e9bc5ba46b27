using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Repair;

/// <summary>
/// Recovers a crashed server and shuts it down cleanly, which <c>pg_rewind</c> needs. Since PostgreSQL 13, <c>pg_rewind</c> does the
/// same itself.
/// </summary>
/// <remarks>
/// All WAL is kept meanwhile. Otherwise the checkpoint at the end of the recovery could recycle the file with the last checkpoint
/// before the fork, where <c>pg_rewind</c> begins to read. On a quiet server it always would.
/// </remarks>
internal sealed class CrashRecovery
{
    private readonly EngineContext _context;
    private readonly RepairCase _case;
    private readonly IHost _host;

    public CrashRecovery(EngineContext context, RepairCase repair) => (_context, _case, _host) = (context, repair, repair.Host);

    private Task<IReadOnlyList<string>> OptionsAsync(string directory, CancellationToken cancellationToken) =>
        ConfigurationLocation.OptionsForAsync(_host, _case.State.Configuration, directory, cancellationToken);

    /// <summary>Recovers the server where it is.</summary>
    /// <exception cref="PgHaException"><c>RecoveryFailed</c>.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_case.State.IsStandby)
        {
            IReadOnlyList<string> options = await OptionsAsync(_case.Names.Directory, cancellationToken).ConfigureAwait(false);
            await InSingleUserModeAsync(_case.Names.Directory, options, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A standby has no single-user mode.
        var control = new InstanceControl(_context);
        await control.StartKeepingWalAsync(_case.Server, KeptOptions.All, cancellationToken).ConfigureAwait(false);
        await control.StopAsync(_case.Server, StopMode.Fast, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Recovers a server that crashed as a primary and that a failover has marked as a standby since then. The mark is taken off only
    /// while the directory has another name, under which nobody starts it.
    /// </summary>
    /// <exception cref="PgHaException"><c>RecoveryFailed</c>.</exception>
    public async Task RunAsideAsync(CancellationToken cancellationToken)
    {
        string directory = _case.Names.Rewinding;
        string mark = HostPath.Combine(
            directory, _case.State.Dialect.UsesRecoveryConf ? RecoveryFileNames.RecoveryConf : RecoveryFileNames.StandbySignal);
        byte[]? before = await _host.ReadFileAsync(mark, cancellationToken).ConfigureAwait(false);
        await _host.DeleteFileAsync(mark, cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<string> where =
                (await OptionsAsync(_case.Names.Directory, cancellationToken).ConfigureAwait(false)).Count > 0
                    ? await OptionsAsync(directory, cancellationToken).ConfigureAwait(false)
                    : ["-c", $"data_directory={directory}"];
            await InSingleUserModeAsync(directory, where, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (before is not null)
                await _host.WriteFileAsync(mark, before, mode: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task InSingleUserModeAsync(string directory, IReadOnlyList<string> where, CancellationToken cancellationToken)
    {
        string program = await ProgramPath.OfAsync(_host, _case.Server, "postgres", cancellationToken).ConfigureAwait(false);
        CommandResult result = await _host.RunAsync(
            new HostCommand(
                program,
                [
                    "--single", "-D", directory, .. where, "-c", "logging_collector=off", "-c", _case.State.Dialect.KeepsAllWal,
                    "template1",
                ])
            {
                Timeout = _context.Timeout,
            },
            cancellationToken).ConfigureAwait(false);
        PgInstance recovered = _case.Server with { DataDirectory = directory };
        if (!result.Succeeded
            || !(await ControlFile.ReadAsync(_host, recovered, cancellationToken).ConfigureAwait(false)).IsCleanlyShutDown)
        {
            throw new PgHaException(
                ErrorIds.RecoveryFailed, PgHaErrorKind.OperationFailed,
                $"{_case.Server} did not recover from its crash: {result.Error.Trim()}",
                "Correct what it says and repair it again.", _case.Server.ToString());
        }
    }
}
