using System.Collections.Concurrent;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>
/// What one call of a command has found out about the owners of servers. A server that has stopped shows no longer who started it.
/// </summary>
internal sealed class OwnerMemory
{
    private readonly ConcurrentDictionary<string, MachineServices> _machines = new();
    private readonly ConcurrentDictionary<(PgMachine Machine, string Directory), (int? ProcessId, ServerOwner Owner)> _owners = new();

    /// <summary>What starts servers on a machine.</summary>
    public async Task<MachineServices> MachineAsync(IHost host, CancellationToken cancellationToken)
    {
        if (_machines.TryGetValue(host.Description, out MachineServices? known))
            return known;
        MachineServices machine = await MachineServices.ReadAsync(host, cancellationToken).ConfigureAwait(false);
        return _machines.GetOrAdd(host.Description, machine);
    }

    /// <summary>
    /// The process and the owner that a server had when it was looked at last; <see langword="null"/> if it was not.
    /// </summary>
    public (int? ProcessId, ServerOwner Owner)? Find(PgMachine machine, string dataDirectory) =>
        _owners.TryGetValue((machine, dataDirectory), out (int? ProcessId, ServerOwner Owner) known) ? known : null;

    /// <summary>Keeps the owner of a server.</summary>
    public void Keep(PgMachine machine, string dataDirectory, int? processId, ServerOwner owner) =>
        _owners[(machine, dataDirectory)] = (processId, owner);

    /// <summary>What the steps of a plan say after "Stop the server": who does it, if it is not <c>pg_ctl</c>.</summary>
    public string By(PgInstance server) =>
        server.DataDirectory is { } directory && Find(server.Machine, directory) is var (_, owner) && owner != ServerOwner.Nobody
            ? $" by {owner.Name}"
            : "";
}
