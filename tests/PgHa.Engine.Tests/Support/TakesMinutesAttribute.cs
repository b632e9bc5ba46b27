namespace PgHa.Engine.Tests.Support;

/// <summary>Marks a class of tests that takes minutes: it is begun before the others, so that it does not run alone at the end.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesMinutesAttribute : Attribute;
