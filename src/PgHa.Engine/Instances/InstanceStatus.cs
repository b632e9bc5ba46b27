namespace PgHa.Engine.Instances;

/// <summary>What a server is doing at this moment.</summary>
/// <param name="State">Whether it runs.</param>
/// <param name="Pid">What its <c>postmaster.pid</c> says; <see langword="null"/> where there is none.</param>
public sealed record InstanceStatus(InstanceState State, PostmasterPid? Pid)
{
    /// <summary>Whether there is a process, whatever it is doing.</summary>
    public bool HasProcess => State is not (InstanceState.Stopped or InstanceState.Crashed);

    /// <summary>Whether it has started completely: it answers SQL, or it is a cold standby, which never does.</summary>
    public bool IsUp => State is InstanceState.Running or InstanceState.ColdStandby;
}
