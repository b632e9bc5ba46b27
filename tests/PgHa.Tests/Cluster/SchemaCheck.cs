using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PgHa.Tests.Clusters;

/// <summary>
/// As much of a JSON Schema validator as our schema needs; a keyword it does not know is a failure, so that none is ignored.
/// </summary>
internal sealed class SchemaCheck(JsonNode root)
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "default", "examples"];

    public bool IsValid(JsonNode? value) => IsValid(root, value);

    private bool IsValid(JsonNode schema, JsonNode? value) =>
        schema.AsObject().Where(keyword => !Annotations.Contains(keyword.Key))
            .All(keyword => Holds(keyword.Key, keyword.Value!, schema, value));

    private bool Holds(string keyword, JsonNode rule, JsonNode schema, JsonNode? value) => keyword switch
    {
        "$ref" => IsValid(root["$defs"]![rule.GetValue<string>()["#/$defs/".Length..]]!, value),
        "type" =>
            (rule is JsonArray several ? several.Select(one => one!.GetValue<string>()) : [rule.GetValue<string>()])
                .Any(type => IsOf(type, value)),
        "anyOf" => rule.AsArray().Any(one => IsValid(one!, value)),
        "required" => value is not JsonObject all || rule.AsArray().All(name => all.ContainsKey(name!.GetValue<string>())),
        "properties" =>
            value is not JsonObject some
                || rule.AsObject().All(property => !some.ContainsKey(property.Key) || IsValid(property.Value!, some[property.Key])),
        "additionalProperties" => value is not JsonObject table || table.Where(entry => schema["properties"]?[entry.Key] is null)
            .All(entry => rule is JsonValue ? rule.GetValue<bool>() : IsValid(rule, entry.Value)),
        "propertyNames" => value is not JsonObject named || named.All(entry => IsValid(rule, entry.Key)),
        "items" => value is not JsonArray list || list.All(item => IsValid(rule, item)),
        "minItems" => value is not JsonArray items || items.Count >= rule.GetValue<int>(),
        "minLength" => !IsOf("string", value) || value!.GetValue<string>().Length >= rule.GetValue<int>(),
        "pattern" => !IsOf("string", value) || Regex.IsMatch(value!.GetValue<string>(), rule.GetValue<string>()),
        "minimum" => !IsOf("number", value) || Number(value!) >= rule.GetValue<int>(),
        "maximum" => !IsOf("number", value) || Number(value!) <= rule.GetValue<int>(),
        _ => throw new NotSupportedException($"The keyword {keyword} is not checked."),
    };

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        ("object", System.Text.Json.JsonValueKind.Object) or ("array", System.Text.Json.JsonValueKind.Array) => true,
        ("string", System.Text.Json.JsonValueKind.String) or ("number", System.Text.Json.JsonValueKind.Number) => true,
        ("integer", System.Text.Json.JsonValueKind.Number) => double.IsInteger(Number(value!)),
        ("boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) => true,
        _ => false,
    };

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
