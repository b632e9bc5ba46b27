using System.Management.Automation;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>The engine's log as PowerShell's streams.</summary>
internal sealed class CommandLog : IEngineLog
{
    private static readonly string[] MilestoneTags = ["PgHa"];

    private readonly PgCommand _command;
    private readonly PipelinePump _pump;
    private readonly bool _isDebugging;

    // Made on the pipeline thread, where preference variables can be read.
    public CommandLog(PgCommand command, PipelinePump pump)
    {
        _command = command;
        _pump = pump;
        _isDebugging = command.MyInvocation.BoundParameters.ContainsKey("Debug")
            || command.SessionState.PSVariable.GetValue("DebugPreference") is not ActionPreference.SilentlyContinue;
    }

    public void Step(string message) => _pump.Post(() => _command.WriteVerbose(message));

    public void Detail(string message)
    {
        // Every statement and command line comes here. Without -Debug nobody reads them, so they are not queued.
        if (_isDebugging)
            _pump.Post(() => _command.WriteDebug(message));
    }

    public void Warn(string message) => _pump.Post(() => _command.WriteWarning(message));

    public void Milestone(string message) => _pump.Post(() => _command.WriteInformation(message, MilestoneTags));

    public void Progress(EngineProgress progress) => _pump.Post(progress);
}
