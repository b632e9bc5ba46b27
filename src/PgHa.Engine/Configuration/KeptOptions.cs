namespace PgHa.Engine.Configuration;

/// <summary>The part of its last command line that a server keeps when it is started again.</summary>
internal enum KeptOptions
{
    /// <summary>Nothing, as with <c>pg_ctl start</c>.</summary>
    None,

    /// <summary>Everything, as with <c>pg_ctl restart</c>.</summary>
    All,

    /// <summary>
    /// Everything but recovery settings: the server's role or upstream has changed, and these settings would overrule its files.
    /// </summary>
    AllButRecovery,
}
