using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace PgHa.Commands;

/// <summary>
/// Restores one of PgHa's objects from its properties, which are all that <c>Invoke-Command</c>, a job, CliXml or JSON keeps.
/// </summary>
/// <remarks>PowerShell finds it through <see cref="ReceivedTypes"/>. An object that it cannot convert stays a bag of properties.</remarks>
public sealed class ReceivedObjectConverter : PSTypeConverter
{
    // The properties that PowerShell adds to an object from another session.
    private static readonly string[] Origin = ["PSComputerName", "PSShowComputerName", "PSSourceJobInstanceId", "RunspaceId"];

    /// <summary>Whether a property tells where the object came from, and is none of its own.</summary>
    internal static bool IsOrigin(string property) => Origin.Contains(property, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        sourceValue is PSObject bag && (WasOne(bag, destinationType) || LooksLikeOne(bag, destinationType));

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            return Made((PSObject)sourceValue, destinationType);
        }
        catch (Exception e) when (e is not PSInvalidCastException)
        {
            Exception reason = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw new PSInvalidCastException($"The object is no {destinationType.Name} any more: {reason.Message}", reason);
        }
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();

    private static bool WasOne(PSObject bag, Type type) => bag.TypeNames.FirstOrDefault() == $"Deserialized.{type.FullName}";

    // JSON keeps no type. An object counts as one of the type if it has all required properties and no unknown ones.
    private static bool LooksLikeOne(PSObject bag, Type type)
    {
        if (bag.BaseObject is not PSCustomObject || bag.TypeNames.FirstOrDefault() != typeof(PSCustomObject).FullName)
            return false;
        string[] names = [.. bag.Properties.Select(property => property.Name).Where(name => !IsOrigin(name))];
        PropertyInfo[] properties = type.GetProperties();
        string[] required =
        [
            .. properties.Where(IsRequired).Select(property => property.Name),
            .. (ConstructorOf(type)?.GetParameters() ?? []).Where(parameter => !parameter.IsOptional).Select(parameter => parameter.Name!),
        ];
        return required.Length > 0 && required.All(names.Contains) && names.All(name => properties.Any(property => property.Name == name));
    }

    private static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));

    private static ConstructorInfo? ConstructorOf(Type type) =>
        type.GetConstructors().OrderByDescending(one => one.GetParameters().Length).FirstOrDefault();

    private static object Made(PSObject bag, Type type)
    {
        if (type == typeof(PgInstance))
            return InstanceProperties.FromObject(bag);
        if (type == typeof(PgMachine))
            return PgMachineTransformationAttribute.Read(bag);
        // JSON keeps neither the text of a rule nor all types in a definition. The readers of definitions handle both.
        if (type == typeof(HbaRule) && !WasOne(bag, type))
            return SerializedDefinition.RuleOf(ObjectDefinition.Of(bag));
        if (type == typeof(ClusterDefinition) && !WasOne(bag, type))
            return ClusterDefinitionReader.Read(ObjectDefinition.Of(bag), Path.GetPathRoot(Environment.CurrentDirectory)!);
        // A type with a Parse method is restored from its text.
        if (WasOne(bag, type) && type.GetMethod("Parse", [typeof(string)]) is { IsStatic: true } parse && parse.ReturnType == type)
            return parse.Invoke(null, [bag.ToString()])!;
        ConstructorInfo constructor = ConstructorOf(type)!;
        object made = constructor.Invoke(
            [.. constructor.GetParameters().Select(parameter => Value(bag, parameter.Name!, parameter.ParameterType))]);
        foreach (PropertyInfo property in type.GetProperties().Where(one => one.CanWrite))
        {
            if (bag.Properties[property.Name] is not null)
                property.SetValue(made, Value(bag, property.Name, property.PropertyType));
        }

        return made;
    }

    private static object? Value(PSObject bag, string name, Type type) => bag.Properties[name]?.Value switch
    {
        null => null,
        var value when ElementOf(type) is { } element => Items(value, element),
        var value when Part(value, Given(type)) is { } part => part,
        var value when type == typeof(IReadOnlyDictionary<string, string>) => Texts(value),
        // CliXml keeps only the parts of a DateTimeOffset: its clock time and its offset.
        PSObject time when Given(type) == typeof(DateTimeOffset) && time.Properties["Offset"]?.Value is TimeSpan offset =>
            new DateTimeOffset(DateTime.SpecifyKind((DateTime)time.Properties["DateTime"].Value, DateTimeKind.Unspecified), offset),
        PSObject span when Given(type) == typeof(TimeSpan) && span.Properties["Ticks"]?.Value is { } ticks =>
            TimeSpan.FromTicks(Convert.ToInt64(ticks, CultureInfo.InvariantCulture)),
        var value => LanguagePrimitives.ConvertTo(value, type, CultureInfo.InvariantCulture),
    };

    private static Type Given(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    // In JSON also a value, such as an LSN, is an object with properties.
    private static object? Part(object value, Type type) =>
        !type.IsEnum && (ReceivedTypes.Objects.Contains(type) || ReceivedTypes.Values.Contains(type))
            && BagOf(value) is { } bag ? Made(bag, type) : null;

    /// <summary>The properties of an object that has nothing else; <see langword="null"/> for any other.</summary>
    internal static PSObject? BagOf(object value)
    {
        switch (value is PSObject { BaseObject: IDictionary wrapped } ? wrapped : value)
        {
            case PSObject { BaseObject: PSCustomObject } bag:
                return bag;
            case IDictionary table:
                PSObject made = new();
                foreach (DictionaryEntry entry in table)
                    made.Properties.Add(new PSNoteProperty(entry.Key.ToString(), entry.Value));
                return made;
            default:
                return null;
        }
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Array Items(object value, Type element)
    {
        object data = value is PSObject { BaseObject: IEnumerable list } ? list : value;
        object?[] items = data is IEnumerable several and not string ? [.. several.Cast<object?>()] : [data];
        var array = Array.CreateInstance(element, items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            array.SetValue(
                items[i] is { } item && Part(item, element) is { } part
                    ? part
                    : LanguagePrimitives.ConvertTo(items[i], element, CultureInfo.InvariantCulture),
                i);
        }

        return array;
    }

    private static Dictionary<string, string> Texts(object value)
    {
        Dictionary<string, string> texts = new(StringComparer.OrdinalIgnoreCase);
        switch (value is PSObject { BaseObject: IDictionary table } ? table : value)
        {
            case IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                    texts[entry.Key.ToString()!] = entry.Value?.ToString() ?? "";
                break;
            case PSObject bag:
                foreach (PSPropertyInfo property in bag.Properties)
                    texts[property.Name] = property.Value?.ToString() ?? "";
                break;
        }

        return texts;
    }
}
