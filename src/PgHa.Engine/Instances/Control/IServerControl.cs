using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Starts, stops, restarts, reloads and promotes one server in the way of whoever controls it.</summary>
/// <remarks>
/// An implementation only gives the orders. Its callers check beforehand that the server may be started, and watch afterwards what
/// becomes of it: <see cref="InstanceStarter"/> and <see cref="InstanceStopper"/>.
/// </remarks>
internal interface IServerControl
{
    /// <summary>How messages name it, such as <c>pg_ctl</c>.</summary>
    string Name { get; }

    /// <summary>What the server logs while it starts.</summary>
    StartLog Log { get; }

    /// <summary>
    /// Refuses what would not succeed, because this user may not do it or the server is not to be started. It changes nothing.
    /// </summary>
    /// <exception cref="PgHaException">The advice is what to type instead.</exception>
    Task RequireAsync(ControlAct act, CancellationToken cancellationToken);

    /// <summary>Starts the server.</summary>
    Task<LaunchOutcome> StartAsync(ServerLaunch launch, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the server to stop. The caller waits until its process has ended, and then calls <see cref="AfterStopAsync"/>.
    /// </summary>
    Task<CommandResult> StopAsync(StopMode mode, CancellationToken cancellationToken);

    /// <summary>Does what remains to do once the server's process has ended.</summary>
    Task AfterStopAsync(CancellationToken cancellationToken);

    /// <summary>Restarts a running server in one step.</summary>
    /// <returns><see langword="null"/>: there is no such step, and the caller stops and starts the server.</returns>
    Task<LaunchOutcome?> TryRestartAsync(StopMode mode, ServerLaunch launch, CancellationToken cancellationToken);

    /// <summary>Tells the server to read its configuration again.</summary>
    Task<CommandResult> ReloadAsync(CancellationToken cancellationToken);

    /// <summary>Tells the server to end recovery and become a primary; returns at once.</summary>
    Task<CommandResult> PromoteAsync(CancellationToken cancellationToken);
}
