namespace PgHa.Engine.Hosts;
/// <summary>stub</summary>
public sealed class LocalHost { }
