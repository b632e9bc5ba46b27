using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines;

/// <summary>The way to machines.</summary>
public static class Machine
{
    /// <summary>A machine as the engine works with it. Nothing is connected before it is used.</summary>
    /// <param name="machine">Which one; <see langword="null"/> for this machine.</param>
    /// <param name="log">Where its hosts tell the command lines they run.</param>
    /// <exception cref="PgHaException"><c>MachineNotSupported</c>: it is another machine, and this one cannot reach others.</exception>
    public static IMachine Of(PgMachine? machine, IEngineLog? log = null) => machine is null or { IsThisMachine: true }
        ? new LocalMachine(log)
        : throw new PgHaException(
            ErrorIds.MachineNotSupported, PgHaErrorKind.NotSupported, $"'{machine.Name}' is another machine.",
            "Run PgHa on that machine.", machine.Name);
}
