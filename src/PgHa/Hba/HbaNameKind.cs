namespace PgHa;

/// <summary>What a word in the database or user column stands for.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public enum HbaNameKind
{
    /// <summary>The database or role of that name.</summary>
    Name,

    /// <summary><c>all</c>; in the database column this does not include physical replication.</summary>
    All,

    /// <summary><c>sameuser</c>: the database named as the role.</summary>
    SameUser,

    /// <summary><c>samerole</c>: the database named as a role that the role is a member of.</summary>
    SameRole,

    /// <summary><c>replication</c>: physical replication, which names no database.</summary>
    Replication,

    /// <summary><c>+role</c>: every member of the role, and the role itself.</summary>
    MemberOf,

    /// <summary><c>/regex</c>: every name in which the regular expression is found (16).</summary>
    Regex,

    /// <summary><c>@file</c>: the names in a file beside <c>pg_hba.conf</c>.</summary>
    File,
}
