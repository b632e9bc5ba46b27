using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>Output that goes down the pipeline at once.</summary>
/// <remarks>It closes idle connections first: the next command may stop the server, and a smart stop would wait for them.</remarks>
internal sealed class PipelineOutput(PgCommand command, PipelinePump pump, SessionPool sessions) : ICommandOutput
{
    public void Write(object value)
    {
        sessions.Release();
        pump.Post(() => command.WriteObject(value));
    }

    public void WriteError(Exception reason, object? input) => pump.Post(() => command.WriteError(ErrorRecords.From(reason, input)));
}
