using System.Text.Json.Nodes;

namespace PgHa.Tests.Clusters;

/// <summary>Definitions for tests, read from JSON as a user would write it.</summary>
internal static class DefinitionSample
{
    /// <summary>The six nodes of the runbook.</summary>
    public const string Reference = """
        {
          // JSON with comments is fine
          "Name": "reference",
          "ReplicationRole": "foo",
          "SynchronousStandbyNames": "s1",
          "Settings": { "wal_level": "replica", "max_wal_senders": 10, "max_replication_slots": 10 },
          "Nodes": [
            { "Name": "node20", "Port": 9420, "ArchiveDirectory": "archive20" },
            { "Name": "node21", "Port": 9421, "RestoreFrom": "node20", "HotStandby": false },
            { "Name": "node22", "Port": 9422, "Upstream": "node20", "HotStandby": false },
            { "Name": "node23", "Port": 9423, "Upstream": "node20", "SlotName": "node_slot_23" },
            { "Name": "node24", "Port": 9424, "Upstream": "node23" },
            { "Name": "node25", "Port": 9425, "Upstream": "node20", "ApplicationName": "s1",
              "ArchiveDirectory": "archive25", "ArchiveMode": "always" },
          ],
        }
        """;

    public static ClusterDefinition Read(string json, string directory = "/srv/pg") =>
        ClusterDefinitionReader.Read(JsonDefinition.Parse(json), directory);

    public static IReadOnlyList<DefinitionProblem> ProblemsOf(string json) =>
        ClusterDefinitionReader.TryRead(JsonDefinition.Parse(json), "/srv/pg").Problems;

    /// <summary>The problems of a cluster of these nodes; each that names no port gets one of its own.</summary>
    public static IReadOnlyList<DefinitionProblem> ProblemsOfNodes(string nodes, string cluster = "") =>
        ProblemsOf(WithNodes(nodes, cluster));

    /// <summary>A cluster of these nodes.</summary>
    public static ClusterDefinition OfNodes(string nodes) => Read(WithNodes(nodes, ""));

    private static string WithNodes(string nodes, string cluster)
    {
        JsonArray all = JsonNode.Parse($"[ {nodes} ]")!.AsArray();
        foreach ((JsonNode? node, int index) in all.Select((node, index) => (node, index)))
            node!["Port"] ??= 6000 + index;
        return $$"""{ "Name": "c", {{(cluster.Length > 0 ? cluster + "," : "")}} "Nodes": {{all.ToJsonString()}} }""";
    }
}
