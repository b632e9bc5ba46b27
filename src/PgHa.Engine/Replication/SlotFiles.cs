using PgHa.Engine.Machines;

namespace PgHa.Engine.Replication;

/// <summary>The replication slots of a server that does not run, by its files.</summary>
internal static class SlotFiles
{
    /// <summary>The names of its logical slots, without temporary ones; <see langword="null"/> if they cannot be found out.</summary>
    public static async Task<IReadOnlyList<string>?> LogicalAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        string folder = HostPath.Combine(dataDirectory, "pg_replslot");
        if (await host.ListAsync(folder, cancellationToken).ConfigureAwait(false) is not { } names)
            return null;
        // A directory with this ending is what a removal or a creation that was cut off has left.
        string[] slots = [.. names.Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal))];
        if (slots.Length > 0)
        {
            host = await host.ReadAheadAsync(
                [.. slots.Select(name => HostPath.Combine(folder, name, "state"))], cancellationToken).ConfigureAwait(false);
        }

        List<string> logical = [];
        foreach (string name in slots)
        {
            byte[]? state = await host.ReadFileAsync(HostPath.Combine(folder, name, "state"), cancellationToken).ConfigureAwait(false);
            if (state is null || SlotStateFile.IsLastingLogical(state) is not { } isLogical)
                return null;
            if (isLogical)
                logical.Add(name);
        }

        return logical;
    }
}
