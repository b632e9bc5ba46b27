namespace PgHa;

/// <summary>Matches a connection with a rule, as <c>check_hba</c> of the server does.</summary>
/// <remarks>The answer is <see langword="null"/> where it depends on what only the server knows.</remarks>
internal static class HbaMatcher
{
    public static bool? IsAbout(HbaRule rule, HbaConnection connection) => All(
        HbaKeywords.TransportsOf(rule.Type).Contains(connection.Transport),
        rule.Address is null ? true : rule.Address.Contains(connection.ClientAddress),
        Any(rule.Databases.Select(name => IsAboutDatabase(name, connection))),
        Any(rule.Users.Select(name => IsAboutUser(name, connection))));

    private static bool? IsAboutDatabase(HbaName name, HbaConnection connection)
    {
        if (connection.Database is not { } database)
            return name.Kind == HbaNameKind.File ? null : name.Kind == HbaNameKind.Replication;

        return name.Kind switch
        {
            HbaNameKind.All => true,
            HbaNameKind.SameUser => database == connection.User,
            HbaNameKind.SameRole => IsMember(connection, database),
            HbaNameKind.Replication => false,
            _ => IsAboutName(name, database),
        };
    }

    private static bool? IsAboutUser(HbaName name, HbaConnection connection) => name.Kind switch
    {
        HbaNameKind.All => true,
        HbaNameKind.MemberOf => IsMember(connection, name.Text),
        _ => IsAboutName(name, connection.User),
    };

    private static bool? IsAboutName(HbaName name, string text) => name.Kind switch
    {
        HbaNameKind.Regex => name.Finds(text),
        HbaNameKind.File => null,
        _ => name.Text == text,
    };

    // A role is a member of itself. A superuser does not count as a member of every role.
    private static bool? IsMember(HbaConnection connection, string role) =>
        connection.User == role ? true : connection.MemberOf?.Contains(role);

    private static bool? All(params bool?[] answers) =>
        answers.Contains(false) ? false : answers.Contains(null) ? null : true;

    private static bool? Any(IEnumerable<bool?> answers)
    {
        bool?[] all = [.. answers];
        return all.Contains(true) ? true : all.Contains(null) ? null : false;
    }
}
