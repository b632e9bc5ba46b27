using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Shell;

/// <summary>Where the shells of a <see cref="ShellHost"/> run, as whom, and how programs do.</summary>
[UnsupportedOSPlatform("windows")]
internal interface IShellPlace
{
    /// <summary>The machine.</summary>
    PgMachine Machine { get; }

    /// <summary>How messages name it, such as <c>this machine as postgres</c>.</summary>
    string Description { get; }

    /// <summary>The user that the shells run as.</summary>
    string UserName { get; }

    /// <summary>The shells that run scripts.</summary>
    StandingShells Shells { get; }

    /// <summary>What root does for the user; <see langword="null"/> where nobody is root.</summary>
    IRootRights? Root { get; }

    /// <summary>Runs a program to its end, as <see cref="IHost.RunAsync"/>.</summary>
    Task<CommandResult> RunAsync(HostCommand command, IEngineLog? log, CancellationToken cancellationToken);

    /// <summary>One process of the machine.</summary>
    Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken);

    /// <summary>The processes of the machine.</summary>
    Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken);

    /// <summary>The processes whose command line is wanted.</summary>
    async Task<IReadOnlyList<HostProcess>> FindProcessesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        [.. (await ListProcessesAsync(cancellationToken).ConfigureAwait(false)).Where(process => isWanted(process.CommandLine))];

    /// <summary>The failure of the way to the machine that a shell ended by; <see langword="null"/> where there is no such way.</summary>
    Task<PgHaException?> WhyLostAsync();
}
