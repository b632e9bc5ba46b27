using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>How a server is to be started.</summary>
/// <param name="Names">The entries of its data directory.</param>
/// <param name="Dialect">The dialect of its version.</param>
/// <param name="Last">The options of its last start.</param>
/// <param name="Kept">Which of them it keeps.</param>
/// <param name="KeepsAllWal">Whether it keeps all WAL during this run, by an option of its command line.</param>
internal sealed record ServerLaunch(
    IReadOnlyList<string> Names, ServerDialect Dialect, IReadOnlyList<PostmasterOption> Last, KeptOptions Kept, bool KeepsAllWal);

/// <summary>What became of an order to start a server.</summary>
/// <param name="Result">How the order ended.</param>
/// <param name="Pid">The server's <c>postmaster.pid</c> at that moment; <see langword="null"/> if it is not known.</param>
internal sealed record LaunchOutcome(CommandResult Result, PostmasterPid? Pid);
