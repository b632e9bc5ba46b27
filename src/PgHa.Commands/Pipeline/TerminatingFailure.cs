using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Carries a terminating error from the work to the pipeline thread, which throws it.</summary>
#pragma warning disable CA1032 // Never constructed without its record, never caught by others.
internal sealed class TerminatingFailure(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
#pragma warning restore CA1032
{
    public ErrorRecord Record { get; } = record;
}
