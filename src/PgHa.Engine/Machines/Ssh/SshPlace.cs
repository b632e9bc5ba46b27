using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>A machine that ssh reaches, as one of its users.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SshPlace : IShellPlace
{
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(30);

    private readonly SshConnection _connection;
    private readonly SshLogin _login;
    private readonly SshUser _user;
    private readonly SshPlace? _root;

    /// <summary>For a user of a machine.</summary>
    /// <param name="connection">The way to the machine.</param>
    /// <param name="login">Who has logged in.</param>
    /// <param name="user">Which user, and how the login becomes it.</param>
    /// <param name="root">The machine as root, for another user: for a service manager, and where the login is root.</param>
    public SshPlace(SshConnection connection, SshLogin login, SshUser user, SshPlace? root)
    {
        _connection = connection;
        _login = login;
        _user = user;
        _root = root;
        // A login that becomes the server's user by sudo can seldom become root by sudo, so PgHa does not try.
        Root = root is null || user.IsBySudo ? null : new SshRootRights(root, user.Name);
        Shells = new StandingShells(cancellationToken => StartShellAsync(user.Prefix, cancellationToken), SshConnection.Patience);
    }

    /// <inheritdoc/>
    public PgMachine Machine => _connection.Machine;

    /// <inheritdoc/>
    public string Description => $"{_connection.Machine.Name} as {UserName}";

    /// <inheritdoc/>
    public string UserName => _user.Name;

    /// <inheritdoc/>
    public StandingShells Shells { get; }

    /// <inheritdoc/>
    public IRootRights? Root { get; }

    /// <inheritdoc/>
    /// <remarks>A program runs on a standing shell, because a new session takes much longer than most programs.</remarks>
    public async Task<CommandResult> RunAsync(HostCommand command, IEngineLog? log, CancellationToken cancellationToken)
    {
        if (command.AsOperator && _root is not null)
            return await _root.RunAsync(command with { AsOperator = false }, log, cancellationToken).ConfigureAwait(false);
        log?.Detail($"{Description}: {command}");
        cancellationToken.ThrowIfCancellationRequested();
        string lastLine = "";
        ShellRequest request = new(ShellScripts.Run, [command.Program, .. command.Arguments])
        {
            Input = command.StandardInput,
            Environment = command.Environment,
            IsProgram = true,
            OnErrorLine = line =>
            {
                lastLine = string.IsNullOrWhiteSpace(line) ? lastLine : line.Trim();
                command.OnErrorLine?.Invoke(line);
            },
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(command.Timeout);
        try
        {
            ProgramRunner.Outcome outcome = await (command.StartsServer
                ? RunApartAsync(request, deadline.Token)
                : Shells.RunAsync(request, deadline.Token)).ConfigureAwait(false);
            _connection.Touch();
            return outcome is { ExitCode: ShellScripts.NoProgram, Error: "" }
                ? throw HostErrors.ProgramNotFound(command.Program, Description)
                : outcome.ToResult();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HostErrors.TimedOut(command, Description, lastLine);
        }
        catch (IOException e)
        {
            throw await WhyLostAsync().ConfigureAwait(false)
                ?? HostErrors.FileFailed("Running", command.ToString(), Description, e.Message, e);
        }
    }

    /// <summary>Asks something of the machine, and says what went wrong with the machine's own words.</summary>
    /// <param name="action">What is done, for messages.</param>
    /// <param name="request">The script.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<ProgramRunner.Outcome> AskAsync(string action, ShellRequest request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(QuestionTimeout);
        try
        {
            ProgramRunner.Outcome outcome = await Shells.RunAsync(request, deadline.Token).ConfigureAwait(false);
            _connection.Touch();
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HostErrors.TimedOut(new HostCommand(action) { Timeout = QuestionTimeout }, Description, "");
        }
        catch (IOException e)
        {
            throw await WhyLostAsync().ConfigureAwait(false) ?? HostErrors.FileFailed(action, "/", Description, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken) =>
        (await ProcessesAsync(processId.ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false)) is [var process]
            ? process
            : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken) =>
        ProcessesAsync("", cancellationToken);

    /// <inheritdoc/>
    public Task<PgHaException?> WhyLostAsync() => _connection.LostAsync();

    // Root sees the programs and working directories of everybody's processes.
    private async Task<IReadOnlyList<HostProcess>> ProcessesAsync(string id, CancellationToken cancellationToken)
    {
        SshPlace place = _login.IsRoot ? _root ?? this : this;
        ProgramRunner.Outcome outcome = await place.AskAsync(
            "Listing processes", new ShellRequest(SshScripts.Processes, [id]), cancellationToken).ConfigureAwait(false);
        return RemoteProcesses.Read(Encoding.UTF8.GetString(outcome.Output));
    }

    // A server that the program leaves running may keep the shell's streams. So the shell serves nobody else afterwards.
    private async Task<ProgramRunner.Outcome> RunApartAsync(ShellRequest request, CancellationToken cancellationToken)
    {
        using StandingShell shell = await StartShellAsync(_user.SessionPrefix, cancellationToken).ConfigureAwait(false);
        try
        {
            return await shell.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            shell.Abandon();
        }
    }

    private async Task<StandingShell> StartShellAsync(string prefix, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.StartShellAsync(
                prefix + StandingShell.RemoteCommand, _user.Environment, EndGroupAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (ShellNotReadyException e)
        {
            if (_user.IsBySudo && e.Error.Contains("sudo", StringComparison.Ordinal))
                throw SshErrors.SudoRefused(_connection.Machine, _login.UserName, UserName, e.Error);
            throw await WhyLostAsync().ConfigureAwait(false) ?? SshErrors.NotReady(_connection.Machine, e.Error, e.Output);
        }
    }

    // As ProcessTree does on this machine: what is interrupted may clean up, and is killed if it does not end.
    private async Task EndGroupAsync(string group, CancellationToken cancellationToken)
    {
        await SignalAsync("INT", group, cancellationToken).ConfigureAwait(false);
        await Poll.TryUntilAsync(
            async () => !await SignalAsync("0", group, cancellationToken).ConfigureAwait(false),
            PollInterval, Deadline.In(InterruptGrace), cancellationToken).ConfigureAwait(false);
        await SignalAsync("KILL", group, cancellationToken).ConfigureAwait(false);
    }

    // The login may not signal another user's processes, unless it is root. A new session would take too long for it.
    private async Task<bool> SignalAsync(string signal, string group, CancellationToken cancellationToken) =>
        (await _connection.AskAsync(
            _user.IsBySudo
                ? new ShellRequest(SshScripts.SignalBySudo, [signal, group, UserName])
                : new ShellRequest(SshScripts.Signal, [signal, group]),
            cancellationToken).ConfigureAwait(false)).ExitCode == 0;
}
