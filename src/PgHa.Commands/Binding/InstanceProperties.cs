using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Makes an instance from its properties, as JSON, CliXml and hashtables keep them.</summary>
internal static class InstanceProperties
{
    private static readonly Dictionary<string, Func<PgInstance, object, PgInstance>> Setters = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(PgInstance.Name)] = (instance, value) => instance with { Name = Text(value) },
        [nameof(PgInstance.Host)] = (instance, value) => instance with { Host = Text(value) },
        [nameof(PgInstance.Port)] = (instance, value) => instance with { Port = Port(value) },
        [nameof(PgInstance.UserName)] = (instance, value) => instance with { UserName = Text(value) },
        [nameof(PgInstance.Database)] = (instance, value) => instance with { Database = Text(value) },
        [nameof(PgInstance.Options)] = (instance, value) => instance with { Options = Text(value) },
        [nameof(PgInstance.SocketDirectory)] = (instance, value) => instance with { SocketDirectory = Text(value) },
        [nameof(PgInstance.Machine)] = (instance, value) => instance with { Machine = PgMachineTransformationAttribute.Read(value) },
        [nameof(PgInstance.DataDirectory)] = (instance, value) => instance with { DataDirectory = Text(value) },
        [nameof(PgInstance.BinDirectory)] = (instance, value) => instance with { BinDirectory = Text(value) },
        [nameof(PgInstance.ControlledBy)] = (instance, value) => instance with { ControlledBy = Text(value) },
        [nameof(PgInstance.Version)] = (instance, value) => instance with { Version = Version(value) },
    };

    // These are computed from the other properties, or were seen at another time, but every serialised instance contains them.
    private static readonly string[] Derived = [nameof(PgInstance.Address), nameof(PgInstance.HasPassword), nameof(PgInstance.ManagedBy)];

    public static PgInstance FromTable(IDictionary table) =>
        From(table.Cast<DictionaryEntry>().Select(entry => (Text(entry.Key), entry.Value)));

    public static PgInstance FromObject(PSObject bag) =>
        From(bag.Properties
            .Where(property => property.MemberType is PSMemberTypes.NoteProperty or PSMemberTypes.Property)
            .Select(property => (property.Name, (object?)property.Value)));

    private static PgInstance From(IEnumerable<(string Name, object? Value)> properties)
    {
        var instance = new PgInstance();
        int known = 0;
        foreach ((string name, object? value) in properties)
        {
            if (Derived.Contains(name, StringComparer.OrdinalIgnoreCase) || ReceivedObjectConverter.IsOrigin(name))
                continue;
            if (!Setters.TryGetValue(name, out Func<PgInstance, object, PgInstance>? set))
            {
                throw new PgHaException(
                    ErrorIds.NoServer, PgHaErrorKind.InvalidArgument,
                    $"A server has no property '{name}', but {string.Join(", ", Setters.Keys)}.",
                    "Settings come before their server: Set-PgSetting @{ wal_level = 'replica' } node20.");
            }

            known++;
            if (value is not null)
                instance = set(instance, value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value);
        }

        // An object without properties would stand for the default server of this machine, which nobody means.
        return known > 0
            ? KeepsDefaultName(instance)
            : throw new MalformedTextException("server", "", 0, "the object has no properties");
    }

    // A server without a name shows its address as its name, and it was serialised so.
    private static PgInstance KeepsDefaultName(PgInstance instance) =>
        instance.Name == instance.Address ? instance with { Name = "" } : instance;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static int Port(object value) =>
        int.TryParse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65_535
            ? port
            : throw new MalformedTextException("port", Text(value), 0, "expected a number from 1 to 65535");

    private static ServerVersion Version(object value) => value switch
    {
        ServerVersion version => version,
        PSObject bag when bag.Properties[nameof(ServerVersion.Number)]?.Value is { } number =>
            new ServerVersion(Convert.ToInt32(number, CultureInfo.InvariantCulture)),
        IDictionary table when table[nameof(ServerVersion.Number)] is { } number =>
            new ServerVersion(Convert.ToInt32(number, CultureInfo.InvariantCulture)),
        _ => ServerVersion.Parse(Text(value)),
    };
}
