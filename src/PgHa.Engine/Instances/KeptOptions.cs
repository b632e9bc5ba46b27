namespace PgHa.Engine.Instances;

/// <summary>What a server that is started again keeps of the command line that it was started with last.</summary>
internal enum KeptOptions
{
    /// <summary>Nothing, as with <c>pg_ctl start</c>.</summary>
    None,

    /// <summary>Everything, as with <c>pg_ctl restart</c>.</summary>
    All,

    /// <summary>Everything but the settings of recovery: the server's role or upstream has changed, and they would overrule its files.</summary>
    AllButRecovery,
}
