using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgHa.Tests;

public sealed class IndexableListTests
{
    public static TheoryData<string, string> Lists =>
    [
        .. from type in typeof(Lsn).Assembly.GetExportedTypes()
           where !type.IsAbstract && !type.ContainsGenericParameters
           from property in type.GetProperties()
           where property.CanWrite && IsList(property.PropertyType) && IsEmitted(type, property)
           select (type.FullName!, property.Name),
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_that_scripts_see_can_be_indexed_by_PowerShell(string typeName, string propertyName)
    {
        Type type = typeof(Lsn).Assembly.GetType(typeName)!;
        PropertyInfo property = type.GetProperty(propertyName)!;
        object subject = RuntimeHelpers.GetUninitializedObject(type);
        property.SetValue(
            subject, Activator.CreateInstance(typeof(Unknown<>).MakeGenericType(property.PropertyType.GetGenericArguments())));
        Assert.IsAssignableFrom<Array>(property.GetValue(subject));
    }

    // What is made by a constructor with its lists goes from room to room and is not emitted, with one exception.
    private static bool IsEmitted(Type type, PropertyInfo property) =>
        type == typeof(ReplicationRole)
            || !type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name == property.Name));

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

    // As a collection expression would be: a list of a type that nobody knows.
    private sealed class Unknown<T> : IReadOnlyList<T>
    {
        public int Count => 0;

        public T this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<T> GetEnumerator() => Enumerable.Empty<T>().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
