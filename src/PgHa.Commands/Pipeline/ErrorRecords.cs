using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>The one place that turns failures into error records.</summary>
internal static class ErrorRecords
{
    /// <summary>An error record about an input.</summary>
    public static ErrorRecord From(Exception reason, object? input) => reason switch
    {
        PgHaException e => new ErrorRecord(e, e.ErrorId, CategoryOf(e.Kind), input ?? e.Server)
        {
            ErrorDetails = e.Advice is null ? null : new ErrorDetails(e.Message) { RecommendedAction = e.Advice },
        },
        MalformedTextException e => new ErrorRecord(e, "MalformedText", ErrorCategory.ParserError, input),
        OperationCanceledException => new ErrorRecord(reason, "OperationCanceled", ErrorCategory.OperationStopped, input),
        TimeoutException => new ErrorRecord(reason, "OperationTimeout", ErrorCategory.OperationTimeout, input),
        IContainsErrorRecord e => new ErrorRecord(e.ErrorRecord, reason),
        // No failure that PgHa foresaw: the type says more than a common id would.
        _ => new ErrorRecord(reason, reason.GetType().Name, ErrorCategory.NotSpecified, input),
    };

    private static ErrorCategory CategoryOf(PgHaErrorKind kind) => kind switch
    {
        PgHaErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        PgHaErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        PgHaErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        PgHaErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        PgHaErrorKind.ConnectionFailed => ErrorCategory.ConnectionError,
        PgHaErrorKind.InvalidState => ErrorCategory.InvalidOperation,
        PgHaErrorKind.NotSupported => ErrorCategory.NotImplemented,
        PgHaErrorKind.Timeout => ErrorCategory.OperationTimeout,
        PgHaErrorKind.Refused => ErrorCategory.OperationStopped,
        PgHaErrorKind.OperationFailed => ErrorCategory.InvalidResult,
        _ => ErrorCategory.NotSpecified,
    };
}
