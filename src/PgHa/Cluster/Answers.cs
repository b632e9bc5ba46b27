namespace PgHa;

/// <summary>Advice on a server that runs but did not report its role.</summary>
internal static class Answers
{
    /// <summary>The advice on a login that the server refuses.</summary>
    public const string HowToLogIn =
        "Run it as the server's operating system user, give a role and its password with -Credential, "
        + "let your operating system user in by a map in pg_ident.conf (peer map=NAME), or add a rule with Add-PgHbaRule.";

    /// <summary>The advice by the id of the failure.</summary>
    public static string AdviceOn(string? errorId) => errorId switch
    {
        ErrorIds.TooManyConnections => "End connections that are not needed, and look again; promote nobody before that.",
        ErrorIds.ServerAnswersNoSql => "Wait until it has started or stopped, and look again; promote nobody before that.",
        _ => HowToLogIn,
    };
}
