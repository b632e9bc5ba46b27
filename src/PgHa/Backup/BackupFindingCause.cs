namespace PgHa;

/// <summary>What can be wrong with a base backup.</summary>
public enum BackupFindingCause
{
    /// <summary>The manifest was cut off or changed.</summary>
    ManifestDamaged,

    /// <summary>A tar is cut off, or the control file is damaged.</summary>
    NotReadable,

    /// <summary>A file of the manifest is missing.</summary>
    FileMissing,

    /// <summary>A file is not as the manifest says: its size or checksum is another.</summary>
    FileChanged,

    /// <summary>The backup has a file that its manifest does not list.</summary>
    FileUnknown,

    /// <summary>WAL that the backup needs is neither in it nor in the archive.</summary>
    WalMissing,

    /// <summary><c>pg_verifybackup</c> found something wrong.</summary>
    VerificationFailed,

    /// <summary>There is no manifest: whether the files are whole cannot be told.</summary>
    NoManifest,

    /// <summary>The contents of a tar backup were not looked into; its files were counted.</summary>
    ContentNotRead,

    /// <summary>The backup has only the changes since another backup, which a restore needs too.</summary>
    Incremental,
}
