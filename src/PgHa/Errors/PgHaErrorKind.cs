namespace PgHa;

/// <summary>The kind of a failure, which decides the category of PowerShell's error record.</summary>
public enum PgHaErrorKind
{
    /// <summary>The request makes no sense, by itself or together with the other parameters.</summary>
    InvalidArgument,

    /// <summary>A server, slot, setting, file or program is not there.</summary>
    NotFound,

    /// <summary>Something is in the way: a port, a directory, a slot of that name.</summary>
    AlreadyExists,

    /// <summary>The server or the system refuses: password, HBA rule, file mode, missing privilege.</summary>
    PermissionDenied,

    /// <summary>The server cannot be reached.</summary>
    ConnectionFailed,

    /// <summary>The server's state does not allow it: running, stopped, in recovery, a setting too low.</summary>
    InvalidState,

    /// <summary>The server's version, or a tool's, does not offer it.</summary>
    NotSupported,

    /// <summary>It did not happen before the deadline.</summary>
    Timeout,

    /// <summary>PgHa refuses, to protect data or availability; a named switch overrides it.</summary>
    Refused,

    /// <summary>A program or the server failed to do it.</summary>
    OperationFailed,
}
