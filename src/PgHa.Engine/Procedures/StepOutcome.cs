namespace PgHa.Engine.Procedures;

/// <summary>How far a step of a procedure came.</summary>
internal enum StepOutcome
{
    /// <summary>It was not begun.</summary>
    NotBegun,

    /// <summary>It has begun.</summary>
    Begun,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It failed, or was cancelled.</summary>
    Failed,

    /// <summary>It was undone.</summary>
    Undone,

    /// <summary>It could not be undone.</summary>
    NotUndone,
}
