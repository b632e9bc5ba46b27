namespace PgHa;

/// <summary>What decides whether a running server can be cloned by copying its files, which is faster than <c>pg_basebackup</c>.</summary>
internal sealed record LiveCopyFacts
{
    /// <summary>The files of the server are on the clone's machine, which runs Linux, and belong to the clone's user.</summary>
    public required bool AreFilesHere { get; init; }

    /// <summary>Another role than that of the session is to copy.</summary>
    public required bool IsByOtherRole { get; init; }

    /// <summary>The rate is limited.</summary>
    public required bool IsRateLimited { get; init; }

    /// <summary>There is something in the directory that the clone's WAL is to have.</summary>
    public required bool IsWalDirectoryTaken { get; init; }

    /// <summary>The server has temporary slots (10).</summary>
    public required bool HasTemporarySlots { get; init; }

    /// <summary>The pages have checksums, or are just getting them, and the copy is to verify them.</summary>
    public required bool VerifiesChecksums { get; init; }

    /// <summary>The role may start and stop a backup and make a slot.</summary>
    public required bool MayBackUp { get; init; }

    /// <summary>How many more slots the server can have.</summary>
    public required int FreeSlots { get; init; }

    /// <summary>A slot may lose its WAL (<c>max_slot_wal_keep_size</c>).</summary>
    public required bool HasSlotLimit { get; init; }

    /// <summary>Why <c>pg_basebackup</c> has to copy, in words; <see langword="null"/> if files can be copied.</summary>
    public string? Obstacle => this switch
    {
        { AreFilesHere: false } => "its files are not known to be on this machine and of the clone's user",
        { IsByOtherRole: true } => "a role to copy as is given, which is for a replication connection",
        { IsRateLimited: true } => "the rate is limited",
        { IsWalDirectoryTaken: true } => "the directory for its WAL is not empty",
        // A copy of the files would pass a damaged page on without a word.
        { VerifiesChecksums: true } => "it verifies the checksums of the pages",
        { HasTemporarySlots: false } => "the server has no temporary slots to keep its WAL by",
        { MayBackUp: false } => "the role may not start a backup and make a slot by SQL",
        { FreeSlots: <= 0 } => "the server has no free slot to keep its WAL by",
        { HasSlotLimit: true } => "max_slot_wal_keep_size lets the server remove WAL that the clone needs",
        _ => null,
    };
}
