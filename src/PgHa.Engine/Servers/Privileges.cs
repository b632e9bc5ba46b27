namespace PgHa.Engine.Servers;

/// <summary>Handles statements that the role may not run.</summary>
internal static class Privileges
{
    /// <summary>The rows; <see langword="null"/> where the role may not read them.</summary>
    public static async Task<IReadOnlyList<T>?> TryQueryAsync<T>(
        ServerSession session, string sql, Func<Row, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await session.QueryAsync(sql, read, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>Runs statements; where the role may not, the failure's advice says which role may.</summary>
    public static async Task<T> RequireAsync<T>(Func<Task<T>> action, string advice)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (PgHaException e) when (IsMissing(e))
        {
            throw new PgHaException(e.ErrorId, e.Kind, e.Message, advice, e.Server, e.InnerException);
        }
    }

    /// <summary>The advice for a function that superusers may call, and whoever was granted it.</summary>
    public static string OfFunction(ServerSession session, string function) =>
        $"Connect as a superuser, or let one GRANT EXECUTE ON FUNCTION {function}() TO {SqlQuoting.Identifier(session.Instance.UserName)}.";

    private static bool IsMissing(PgHaException e) => e.ErrorId == ErrorIds.InsufficientPrivilege;
}
