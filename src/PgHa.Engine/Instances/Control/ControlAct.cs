namespace PgHa.Engine.Instances.Control;

/// <summary>What is to be done to a server.</summary>
internal enum ControlAct
{
    /// <summary>Start it.</summary>
    Start,

    /// <summary>Stop it.</summary>
    Stop,

    /// <summary>Stop it and start it again.</summary>
    Restart,
}
