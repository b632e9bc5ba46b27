namespace PgHa;

/// <summary>What to do about a server that runs and did not say what it is.</summary>
internal static class Answers
{
    /// <summary>How to log in, for whoever the server lets not in.</summary>
    public const string HowToLogIn =
        "Run it as the server's operating system user, give a role and its password with -Credential, "
        + "let your operating system user in by a map in pg_ident.conf (peer map=NAME), or add a rule with Add-PgHbaRule.";

    /// <summary>The advice by the id of the failure.</summary>
    public static string AdviceOn(string? errorId) => errorId switch
    {
        "TooManyConnections" => "End connections that are not needed, and look again; promote nobody before that.",
        "ServerAnswersNoSql" => "Wait until it has started or stopped, and look again; promote nobody before that.",
        _ => HowToLogIn,
    };
}
