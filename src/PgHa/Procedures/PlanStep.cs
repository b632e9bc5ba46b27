namespace PgHa;

/// <summary>One step of a plan, as it is shown to a person before anything happens.</summary>
/// <param name="Target">The server, or what else it is about.</param>
/// <param name="Description">What happens to it: "Start the server".</param>
/// <param name="After">The places in the plan, from 0, of the steps that have to be done before.</param>
public sealed record PlanStep(string Target, string Description, IReadOnlyList<int> After);
