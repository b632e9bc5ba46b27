namespace PgHa;

/// <summary>Names of slots in a definition.</summary>
internal static class SlotNames
{
    /// <summary>What is wrong with a name; <see langword="null"/> if nothing is.</summary>
    public static string? ProblemOf(string name)
    {
        try
        {
            ReplicationSlotName.Validate(name);
            return null;
        }
        catch (MalformedTextException e)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
