namespace PgHa.Commands;

/// <summary>Output that goes down the pipeline at once.</summary>
internal sealed class PipelineOutput(PgCommand command, PipelinePump pump) : ICommandOutput
{
    public void Write(object value) => pump.Post(() => command.WriteObject(value));

    public void WriteError(Exception reason, object? input) => pump.Post(() => command.WriteError(ErrorRecords.From(reason, input)));
}
