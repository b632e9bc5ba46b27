using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>The one place that turns failures into error records.</summary>
internal static class ErrorRecords
{
    /// <summary>An error record about an input.</summary>
    public static ErrorRecord From(Exception reason, object? input) => reason switch
    {
        PgHaException e => Record(
            WithAutomation(input is PgInstance server && MayBeMisspelt(e, server) ? WithNames(e, server) : e), input),
        MalformedTextException e => new ErrorRecord(e, ErrorIds.MalformedText, ErrorCategory.ParserError, input),
        OperationCanceledException => new ErrorRecord(reason, ErrorIds.OperationCanceled, ErrorCategory.OperationStopped, input),
        TimeoutException => new ErrorRecord(reason, ErrorIds.OperationTimeout, ErrorCategory.OperationTimeout, input),
        IContainsErrorRecord e => new ErrorRecord(e.ErrorRecord, reason),
        // PgHa does not expect this exception. Its type is a better error id than a common one.
        _ => new ErrorRecord(reason, reason.GetType().Name, ErrorCategory.NotSpecified, input),
    };

    private static ErrorRecord Record(PgHaException e, object? input) => new(e, e.ErrorId, CategoryOf(e.Kind), input ?? e.Server)
    {
        ErrorDetails = e.Advice is null ? null : new ErrorDetails(e.Message) { RecommendedAction = e.Advice },
    };

    // An operation on a server's files never looks the host up. A misspelt name fails there with HostAccessRequired.
    private static bool MayBeMisspelt(PgHaException e, PgInstance server) => e.IsUnknownHost()
        || (e.ErrorId == ErrorIds.HostAccessRequired && server is { DataDirectory: null, Host: not "localhost" }
            && server.Host.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    // A name of neither a server of this machine nor a host is most likely misspelt.
    private static PgHaException WithNames(PgHaException e, PgInstance server)
    {
        var names = new ServerNames(new EngineContext(SilentLog.Instance));
        IReadOnlyList<string> near = Task.Run(() => names.NearestAsync(server.Host, CancellationToken.None)).GetAwaiter().GetResult();
        string question = near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
        return e.ErrorId == ErrorIds.HostAccessRequired
            ? new PgHaException(
                e.ErrorId, e.Kind,
                $"No server of this machine is called '{server.Host}', and this is done with the server's files.{question}",
                $"One that does not run is given by its data directory. {ServerNames.Forms}", e.Server)
            : new PgHaException(
                e.ErrorId, e.Kind, $"{e.Message} No server of this machine is called '{server.Host}' either.{question}",
                $"{e.Advice} {ServerNames.Forms}", e.Server);
    }

    // Azure Automation's sandbox has neither the files of a server nor PostgreSQL's programs.
    private static PgHaException WithAutomation(PgHaException e) =>
        AutomationJob.IsHere && e.Advice != AutomationJob.Advice
        && e.ErrorId is ErrorIds.HostAccessRequired or ErrorIds.ProgramNotFound or ErrorIds.ServerProgramsNotFound
            ? new(e.ErrorId, e.Kind, e.Message, $"{e.Advice} {AutomationJob.Advice}".TrimStart(), e.Server, e.InnerException)
            : e;

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
