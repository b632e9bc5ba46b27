using System.Reflection;
using PgHa.Engine.Tests.Support;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongClassesFirst))]

namespace PgHa.Engine.Tests.Support;

/// <summary>Begins with the classes that take minutes (<see cref="TakesMinutesAttribute"/>).</summary>
public sealed class LongClassesFirst : ITestCollectionOrderer
{
    private static readonly string[] LongClasses =
    [
        .. typeof(LongClassesFirst).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<TakesMinutesAttribute>() is not null).Select(type => type.FullName!),
    ];

    // A collection that a class makes is named after it: "Test collection for CLASS (id: …)".
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection =>
        [
            .. testCollections.OrderBy(
                collection => !Array.Exists(
                    LongClasses,
                    name => collection.TestCollectionDisplayName.Contains($" {name} ", StringComparison.Ordinal)))
        ];
}
