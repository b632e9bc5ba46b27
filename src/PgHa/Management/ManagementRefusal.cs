namespace PgHa;

/// <summary>What is said about a change on a server that somebody else manages.</summary>
internal static class ManagementRefusal
{
    /// <summary>The refusal; <see langword="null"/> if nobody minds the change.</summary>
    /// <param name="server">The server or cluster, as messages name it.</param>
    /// <param name="management">Who is in charge of it.</param>
    /// <param name="operation">The change.</param>
    public static PgHaException? Of(string server, ServerManagement management, ManagedOperation operation) =>
        operation == ManagedOperation.Clone || ConflictOf(management, operation) is not { } conflict ? null : new PgHaException(
            ErrorIds.ManagedByAnother, PgHaErrorKind.Refused,
            $"{server} {Verb(management)} managed by {management.Name}: {management.Evidence}. "
                + $"If PgHa did this, {conflict.Consequence}.",
            $"{conflict.Command}. -EvenIfManaged makes PgHa do it all the same.", server);

    /// <summary>The warning where the change is made all the same; <see langword="null"/> if there is nothing to say.</summary>
    /// <param name="server">The server or cluster, as messages name it.</param>
    /// <param name="management">Who is in charge of it.</param>
    /// <param name="operation">The change.</param>
    public static string? WarningOf(string server, ServerManagement management, ManagedOperation operation)
    {
        if (ConflictOf(management, operation) is { } conflict)
        {
            if (operation == ManagedOperation.Clone)
                return $"{server} {Verb(management)} managed by {management.Name}, and {conflict.Consequence}. {conflict.Command}.";
            return $"{server} {Verb(management)} managed by {management.Name}: {conflict.Consequence}."
                + (conflict.Afterwards is { } afterwards ? $" Afterwards: {afterwards}." : "");
        }

        // Traces of a manager that has gone say nothing about a clone.
        return operation != ManagedOperation.Clone
            && management is { Certainty: ManagementCertainty.WasManaged, Manager: { } manager }
            && ManagerConflict.Of(manager, operation) is { } former
            ? $"{server} has traces of {management.Name}, which is not seen at work: {management.Evidence}. "
                + $"If it comes back, {former.Consequence}."
            : null;
    }

    private static ManagerConflict? ConflictOf(ServerManagement management, ManagedOperation operation) =>
        management is { IsManaged: true, Manager: { } manager } ? ManagerConflict.Of(manager, operation) : null;

    private static string Verb(ServerManagement management) => management.Certainty == ManagementCertainty.Certain ? "is" : "may be";
}
