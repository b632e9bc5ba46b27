using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>The one connection to a machine, over which every shell has a session of its own.</summary>
/// <remarks>
/// The connection is a first shell, whose ssh lets others open sessions over it. This shell runs no scripts that may take long: it ends
/// those of the others. When PgHa ends, however it does, all shells read to the end of their input and end too.
/// </remarks>
[UnsupportedOSPlatform("windows")]
[SuppressMessage("Design", "CA1001", Justification = "There is one of these for a machine, and it lives as long as the process.")]
internal sealed class SshConnection
{
    /// <summary>How long shells and connections stay without work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan InterruptTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, SshConnection> Known = new();
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly SemaphoreSlim _opening = new(1);
    private readonly Timer _end;
    private Open? _open;
    private volatile PgHaException? _failure;

    private SshConnection(PgMachine machine)
    {
        Machine = machine;
        _end = new Timer(_ => LetGo());
    }

    /// <summary>The machine.</summary>
    public PgMachine Machine { get; }

    /// <summary>The connection to a machine; it is opened when it is needed.</summary>
    public static SshConnection To(PgMachine machine) =>
        Known.GetOrAdd((machine with { Sudo = false }).Address, static (_, machine) => new SshConnection(machine), machine);

    /// <summary>Who has logged in.</summary>
    /// <exception cref="PgHaException"><c>MachineUnreachable</c>, <c>HostKeyNotTrusted</c>, <c>LoginRefused</c>.</exception>
    public async Task<SshLogin> LoginAsync(CancellationToken cancellationToken) =>
        (await OpenAsync(cancellationToken).ConfigureAwait(false)).Login;

    /// <summary>Starts a shell in a new session.</summary>
    /// <param name="command">The remote command of a standing shell, behind what makes it another user's.</param>
    /// <param name="environment">Variables of the shell.</param>
    /// <param name="interrupt">Ends the process group of such a shell.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ShellNotReadyException">The session was opened, and the shell did not start.</exception>
    /// <exception cref="PgHaException">As <see cref="LoginAsync"/>.</exception>
    public async Task<StandingShell> StartShellAsync(
        string command, IReadOnlyDictionary<string, string> environment, Func<string, CancellationToken, Task> interrupt,
        CancellationToken cancellationToken)
    {
        Open open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConnectTimeout);
        try
        {
            return await StandingShell.StartAsync(
                Program(SshArguments.Session(Machine, open.ControlPath, command)), environment, shell => EndAsync(shell, interrupt),
                deadline.Token).ConfigureAwait(false);
        }
        catch (ShellNotReadyException e) when (e.WasGivenUp)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.NoAnswer(Machine, ConnectTimeout, e.Error);
        }
    }

    /// <summary>Runs a short script as the login.</summary>
    public async Task<ProgramRunner.Outcome> AskAsync(ShellRequest request, CancellationToken cancellationToken)
    {
        Open open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await open.Shell.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            open.Turn.Release();
        }
    }

    /// <summary>Has a Unix socket of the machine answer in a folder of this machine.</summary>
    /// <param name="directory">Its directory there.</param>
    /// <param name="name">Its name, which is the same here.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="PgHaException">As <see cref="LoginAsync"/>, or the login may not forward sockets.</exception>
    public async Task<string> ForwardAsync(string directory, string name, CancellationToken cancellationToken)
    {
        Open open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Forwarding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string there = $"{directory}/{name}";
            if (open.Forwarded.TryGetValue(there, out string? known))
                return known;
            string folder = open.Folder.NewFolder(open.Forwarded.Count);
            ProgramRunner.Outcome outcome = await ProgramRunner.RunAsync(
                Program(SshArguments.Forward(Machine, open.ControlPath, $"{folder}/{name}", there)),
                new HostCommand("ssh") { Timeout = ConnectTimeout }, behindLauncher: false, "this machine",
                cancellationToken).ConfigureAwait(false);
            if (outcome.ExitCode != 0)
                throw SshErrors.NotForwarded(Machine, there, outcome.Error);
            return open.Forwarded[there] = folder;
        }
        finally
        {
            open.Forwarding.Release();
        }
    }

    /// <summary>The failure of the connection; <see langword="null"/> if it stands.</summary>
    public async Task<PgHaException?> LostAsync()
    {
        if (_open is not { } open)
            return null;
        using var limit = new CancellationTokenSource(LastWordsTimeout);
        string words = await open.Shell.LastWordsAsync(limit.Token).ConfigureAwait(false);
        return open.Shell.HasEnded ? SshErrors.Lost(Machine, words) : null;
    }

    /// <summary>Says that the connection is in use.</summary>
    public void Touch() => _end.Change(Patience, Timeout.InfiniteTimeSpan);

    private static async Task EndAsync(StandingShell shell, Func<string, CancellationToken, Task> interrupt)
    {
        using var limit = new CancellationTokenSource(InterruptTimeout);
        try
        {
            await interrupt(shell.Group, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or PgHaException)
        {
            // A machine out of reach is told nothing.
        }

        shell.Abandon();
    }

    private async Task<Open> OpenAsync(CancellationToken cancellationToken)
    {
        Touch();
        if (_open is { Shell.HasEnded: false } standing)
            return standing;
        PgHaException? before = _failure;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_open is { Shell.HasEnded: false } opened)
                return opened;
            // The attempt that this one has waited for has failed. Another one each would take seconds for each of those who wait.
            if (_failure is { } failure && failure != before)
                throw LostMachines.Again(failure);
            _open?.Dispose();
            _open = null;
            return _open = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _failure = e;
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Open> ConnectAsync(CancellationToken cancellationToken)
    {
        ControlFolder folder = ControlFolder.Create();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConnectTimeout);
        StandingShell? shell = null;
        try
        {
            shell = await StandingShell.StartAsync(
                Program(SshArguments.Connection(Machine, folder.ControlPath, StandingShell.RemoteCommand)), NoVariables,
                shell => { shell.Abandon(); return Task.CompletedTask; }, deadline.Token).ConfigureAwait(false);
            return new Open(shell, folder, await SshLogin.OfAsync(shell, deadline.Token).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            shell?.Abandon();
            shell?.Dispose();
            folder.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw e switch
            {
                ShellNotReadyException { WasGivenUp: false } failure => SshErrors.NotReady(Machine, failure.Error, failure.Output),
                ShellNotReadyException given => SshErrors.NoAnswer(Machine, ConnectTimeout, given.Error),
                OperationCanceledException => SshErrors.NoAnswer(Machine, ConnectTimeout, ""),
                IOException => SshErrors.NotReady(Machine, e.Message, ""),
                _ => e,
            };
        }
    }

    // In a session of its own, so that Ctrl+C in a terminal reaches PgHa alone, which then ends what runs on the machine.
    private ProcessStartInfo Program(IReadOnlyList<string> arguments)
    {
        string client = LocalDirectory.Find(["ssh"]) is [var found, ..] ? found : throw SshErrors.NoClient(Machine);
        return LocalDirectory.Find(["setsid"]) is [var apart, ..] ? new(apart, [client, .. arguments]) : new(client, arguments);
    }

    private void LetGo()
    {
        if (!_opening.Wait(0))
            return;
        try
        {
            // Sessions that are still at work keep the connection until they end.
            _open?.Dispose();
            _open = null;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>An open connection.</summary>
    /// <param name="Shell">Its first shell.</param>
    /// <param name="Folder">Where its socket is.</param>
    /// <param name="Login">Who has logged in.</param>
    private sealed record Open(StandingShell Shell, ControlFolder Folder, SshLogin Login) : IDisposable
    {
        /// <summary>Its first shell runs one script at a time.</summary>
        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>The folders of this machine where sockets of the machine are reached.</summary>
        public Dictionary<string, string> Forwarded { get; } = [];

        /// <summary>Who has this reads or changes <see cref="Forwarded"/>.</summary>
        public SemaphoreSlim Forwarding { get; } = new(1);

        /// <summary>The socket at which further sessions are opened.</summary>
        public string ControlPath => Folder.ControlPath;

        public void Dispose()
        {
            Shell.Dispose();
            Folder.Dispose();
            Turn.Dispose();
            Forwarding.Dispose();
        }
    }
}
