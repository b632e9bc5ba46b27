using System.Text.Json.Nodes;

namespace PgHa.Tests.Clusters;

/// <summary>The published JSON Schema has what the types have, and definitions satisfy it.</summary>
public sealed class ClusterDefinitionSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(Fixture.Read("cluster-definition.schema.json"))!;

    [Theory]
    [InlineData(typeof(ClusterDefinition), "", new[] { "$schema", "Root" })]
    [InlineData(typeof(NodeDefinition), "node", new string[0])]
    [InlineData(typeof(SlotDefinition), "slot", new string[0])]
    [InlineData(typeof(RoleDefinition), "roleWithMembership", new string[0])]
    public void It_has_every_property_of_the_types_and_no_other(Type type, string definition, string[] besides)
    {
        JsonObject properties = (definition.Length == 0 ? Schema : Schema["$defs"]![definition]!)["properties"]!.AsObject();
        IEnumerable<string> ofType = type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name);

        Assert.Equal(
            ofType.Concat(besides).Order(StringComparer.Ordinal),
            properties.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(properties, property => Assert.NotEmpty(property.Value!["description"]!.GetValue<string>()));
    }

    [Fact]
    public void What_is_read_and_written_satisfies_it()
    {
        Assert.True(IsValid(ClusterDefinitionWriter.ToJson(ClusterDefinitionWriterTests.Full)));
        Assert.True(IsValid(ClusterDefinitionWriter.ToJson(DefinitionSample.Read(DefinitionSample.Reference))));
        Assert.True(IsValid(
            """{ "Name": "one", "Hba": "local all all peer", "Roles": "m", "Nodes": """
            + """{ "Name": "a", "ApplyDelay": 250, "HotStandby": "on", "Slots": { "Name": "s", "Owner": "x" } } }"""));
    }

    [Theory]
    [InlineData("""{ "Name": "c" }""")]
    [InlineData("""{ "Name": "c", "Nodes": [] }""")]
    [InlineData("""{ "Name": "c", "Nodes": [ { "Name": "a", "Prot": 1 } ] }""")]
    [InlineData("""{ "Name": "c", "Nodes": [ { "Name": "a", "Port": 70000 } ] }""")]
    [InlineData("""{ "Name": "c", "Nodes": [ { "Name": "a" }, { "Name": "b", "Upstream": "a", "Port": 1, "SlotName": "No-Slot" } ] }""")]
    [InlineData("""{ "Name": "c", "Settings": { "work_mem": [ 1 ] }, "Nodes": { "Name": "a" } }""")]
    public void What_the_reader_refuses_for_its_form_does_not(string json)
    {
        Assert.False(IsValid(json));
        Assert.NotEmpty(DefinitionSample.ProblemsOf(json));
    }

    private static bool IsValid(string json) => new SchemaCheck(Schema).IsValid(JsonNode.Parse(json));
}
