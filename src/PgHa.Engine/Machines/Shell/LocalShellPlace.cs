using System.Collections.Concurrent;
using System.Runtime.Versioning;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>This machine as another user, or as this one.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LocalShellPlace : IShellPlace
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<UnixUser, LocalShellPlace> Known = new();

    private readonly ShellLauncher _launcher;

    private LocalShellPlace(UnixUser? user)
    {
        _launcher = new ShellLauncher(user);
        Root = user is null ? null : new RootRights(user);
        Shells = new StandingShells(
            _ => Task.FromResult(StandingShell.Start(_launcher.Shell(StandingShell.Loop, []))), Patience);
    }

    /// <summary>The shells of this process's own user.</summary>
    public static LocalShellPlace Own { get; } = new(user: null);

    /// <inheritdoc/>
    public PgMachine Machine => PgMachine.This;

    /// <inheritdoc/>
    public string Description => $"this machine as {UserName}";

    /// <inheritdoc/>
    public string UserName => _launcher.UserName;

    /// <inheritdoc/>
    public StandingShells Shells { get; }

    /// <inheritdoc/>
    public IRootRights? Root { get; }

    /// <summary>From root to another user.</summary>
    public static LocalShellPlace To(UnixUser user) => Known.GetOrAdd(user, static user => new LocalShellPlace(user));

    /// <inheritdoc/>
    /// <remarks>Each program gets a shell of its own, so that its streams are the program's.</remarks>
    public async Task<CommandResult> RunAsync(HostCommand command, IEngineLog? log, CancellationToken cancellationToken)
    {
        if (command.AsOperator)
            return await new LocalHost(log).RunAsync(command, cancellationToken).ConfigureAwait(false);
        log?.Detail($"{Description}: {command}");
        string[] words = [command.Program, .. command.Arguments];
        bool opensSession = command.StartsServer && _launcher.OpensSessions;
        ProgramRunner.Outcome outcome = await ProgramRunner.RunAsync(
            opensSession ? _launcher.Session(ShellScripts.Run, words) : _launcher.Shell(ShellScripts.Run, words),
            command, behindLauncher: opensSession, Description, cancellationToken).ConfigureAwait(false);
        return outcome is { ExitCode: ShellScripts.NoProgram, Error: "" }
            ? throw HostErrors.ProgramNotFound(command.Program, Description)
            : outcome.ToResult();
    }

    /// <inheritdoc/>
    public Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken) =>
        new LocalHost().ProcessAsync(processId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken) =>
        new LocalHost().ListProcessesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostProcess>> FindProcessesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        new LocalHost().FindProcessesAsync(isWanted, cancellationToken);

    /// <inheritdoc/>
    public Task<PgHaException?> WhyLostAsync() => Task.FromResult<PgHaException?>(null);
}
