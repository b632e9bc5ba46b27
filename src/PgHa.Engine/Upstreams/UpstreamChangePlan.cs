using PgHa.Engine.Procedures;

namespace PgHa.Engine.Upstreams;

/// <summary>The plan for making a standby follow another server.</summary>
/// <param name="Procedure">The steps; none if it does so already.</param>
/// <param name="LeftSlot">The slot of the old upstream that is left there and that nobody uses any more.</param>
public sealed record UpstreamChangePlan(Procedure Procedure, string? LeftSlot);
