using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Ssh;

namespace PgHa.Engine.Machines;

/// <summary>The way to machines.</summary>
public static class Machine
{
    /// <summary>A machine as the engine works with it. Nothing is connected before it is used.</summary>
    /// <param name="machine">Which one; <see langword="null"/> for this machine.</param>
    /// <param name="log">Where its hosts tell the command lines they run.</param>
    /// <param name="lost">The machines that did not answer the same call.</param>
    /// <exception cref="PgHaException"><c>MachineNotSupported</c>: it is another machine, and this one runs Windows.</exception>
    internal static IMachine Of(PgMachine? machine, IEngineLog? log = null, LostMachines? lost = null)
    {
        if (machine is null or { IsThisMachine: true })
            return new LocalMachine(log);
        if (OperatingSystem.IsWindows())
        {
            throw new PgHaException(
                ErrorIds.MachineNotSupported, PgHaErrorKind.NotSupported,
                $"'{machine.Name}' is reached by ssh, and from Windows PgHa does not reach other machines.",
                "Run PgHa on Linux or macOS, or on that machine.", machine.Name);
        }

        return new SshMachine(machine, log, lost ?? new LostMachines());
    }
}
