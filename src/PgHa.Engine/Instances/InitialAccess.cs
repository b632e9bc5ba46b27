namespace PgHa.Engine.Instances;

/// <summary>The access to a new server: <c>pg_hba.conf</c> and <c>pg_ident.conf</c>.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/auth-peer.html">Peer Authentication</see> and
/// <see href="https://www.postgresql.org/docs/current/auth-username-maps.html">User Name Maps</see>.
/// </remarks>
internal static class InitialAccess
{
    /// <summary>The user name map by which the server's user and PgHa's user connect as the superuser.</summary>
    public const string MapName = "pgha";

    /// <summary>The rules of <c>pg_hba.conf</c>.</summary>
    public static string Rules(NewInstanceOptions options, ServerDialect dialect, bool isWindows)
    {
        string method = options.Trust ? "trust" : dialect.HasScram ? "scram-sha-256" : "md5";
        string superuser = HbaName.Of(options.UserName).ToString();
        string local = options.Trust
            ? """
              local  all          all                 trust
              local  replication  all                 trust

              """
            : $"""
              # The server's own operating system user and the one that made it are the superuser ({MapName} in pg_ident.conf).
              local  all          {superuser}         peer map={MapName}
              local  replication  {superuser}         peer map={MapName}
              local  all          all                 peer

              """;
        return $"""
            # Who may connect, from where, and how they prove who they are. The first line that matches decides.
            # https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
            # TYPE DATABASE     USER  ADDRESS         METHOD
            {(isWindows ? "" : local)}host   all          all   127.0.0.1/32    {method}
            host   all          all   ::1/128         {method}
            {(options.Trust ? $"host   replication  all   127.0.0.1/32    trust\nhost   replication  all   ::1/128         trust\n" : "")}
            """;
    }

    /// <summary>The superuser in rules that <see cref="Rules"/> wrote; <see langword="null"/> in others.</summary>
    public static string? SuperuserOf(HbaFile file) => file.Rules
        .Where(line => line.Rule.Options.Any(option => option is { Name: "map", Value: MapName }))
        .SelectMany(line => line.Rule.Users)
        .Where(user => user.Kind == HbaNameKind.Name)
        .Select(user => user.Text)
        .FirstOrDefault();

    /// <summary>The map of <c>pg_ident.conf</c>.</summary>
    public static string UserNameMap(string superuser, params IEnumerable<string> systemUsers)
    {
        string lines = string.Concat(systemUsers.Distinct().Select(user => $"{MapName}  {Quote(user)}  {Quote(superuser)}\n"));
        return $"""
            # Which operating system users are which role.
            # https://www.postgresql.org/docs/current/auth-username-maps.html
            # MAP  SYSTEM-USER  ROLE
            {lines}
            """;
    }

    // A name that begins with a slash would be a regular expression, and one with a plus sign a group.
    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
