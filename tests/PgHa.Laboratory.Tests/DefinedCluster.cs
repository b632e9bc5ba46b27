namespace PgHa.Laboratory.Tests;

/// <summary>A cluster over the hosts of a laboratory that one definition describes, as the operator writes it.</summary>
/// <param name="laboratory">The hosts.</param>
/// <param name="parts">What the definition has besides its nodes.</param>
/// <param name="nodes">Each node: its host, its name, its port, and the rest of its part of the definition.</param>
internal sealed class DefinedCluster(
    Laboratory laboratory, string parts, IReadOnlyList<(string Host, string Name, int Port, string More)> nodes)
{
    /// <summary>A script that begins with the definition, in <c>$definition</c>.</summary>
    public string With(string script) => $"$definition = @{{ {parts}; Nodes = @({string.Join(", ", nodes.Select(Node))}) }}; {script}";

    /// <summary>What <c>Get-PgCluster</c> shows of each member that a script has in <c>$cluster</c>.</summary>
    public const string ShowMembers =
        "$cluster.Members | Sort-Object Name | ForEach-Object { "
        + "\"$($_.Name) $($_.Server.Machine.Name) $($_.State) $($_.Upstream)\".TrimEnd() }";

    /// <summary>Emits <c>same</c> if a synchronization with <c>$definition</c> finds nothing to change.</summary>
    public const string SynchronizeAgain =
        "Sync-PgCluster -Definition $definition -Verbose 4>&1 | Where-Object { \"$_\" -like '*nothing to do*' } | "
        + "ForEach-Object { 'same' }";

    /// <summary>Where a node's data is.</summary>
    public static string DataDirectory(string name) => $"/var/lib/postgresql/{name}";

    /// <summary>What a statement returns from a node, asked by its own user on its own machine.</summary>
    public Task<string> SqlAsync(string name, string sql) => laboratory.RunAsync(HostOf(name), Psql(name, sql));

    /// <summary>The same, for a statement that may fail.</summary>
    public Task<ProcessResult> TrySqlAsync(string name, string sql) =>
        laboratory.TryRunAsync(HostOf(name), ["timeout", "5", .. Psql(name, sql)]);

    private string HostOf(string name) => nodes.Single(node => node.Name == name).Host;

    private string[] Psql(string name, string sql)
    {
        string port = $"{nodes.Single(node => node.Name == name).Port}";
        return ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", port, "-c", sql];
    }

    private string Node((string Host, string Name, int Port, string More) node) =>
        $"@{{ Name = '{node.Name}'; Machine = '{laboratory.MachineOf(node.Host)}'; Port = {node.Port}; "
        + $"DataDirectory = '{DataDirectory(node.Name)}'; {node.More} }}";
}
