// Cmdlets that try what the base classes promise; BaseCommands.Tests.ps1 compiles and imports them.

using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using PgHa;
using PgHa.Commands;
using PgHa.Engine;

/// Emits numbers until it is stopped, then takes a moment to clean up.
[Cmdlet(VerbsCommon.Get, "PgNumber")]
public sealed class GetPgNumberCommand : PgCommand
{
    public static string HowItEnded;

    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        HowItEnded = "not at all";
        try
        {
            for (int number = 1; ; number++)
            {
                output.Write(number);
                await Task.Delay(5, cancellationToken);
            }
        }
        finally
        {
            await Task.Delay(100, CancellationToken.None);
            HowItEnded = "cleaned up";
        }
    }
}

[Cmdlet(VerbsCommon.Watch, "PgStream")]
public sealed class WatchPgStreamCommand : PgCommand
{
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        Engine.Log.Step("a step");
        Engine.Log.Detail("a detail");
        Engine.Log.Warn("a warning");
        Engine.Log.Milestone("a milestone");
        for (int percent = 0; percent <= 100; percent++)
        {
            Engine.Log.Progress(new EngineProgress("Copying", percent + " %", percent));
            Engine.Log.Progress(new EngineProgress("Waiting", "for the server"));
            await Task.Delay(2, cancellationToken);
        }

        Engine.Log.Progress(new EngineProgress("Copying", "", 100, IsCompleted: true));
    }
}

[Cmdlet(VerbsCommon.Set, "PgThing", SupportsShouldProcess = true)]
public sealed class SetPgThingCommand : PgCommand
{
    [Parameter(ValueFromPipeline = true)] public string Name { get; set; }
    [Parameter] public SwitchParameter WithPlan { get; set; }

    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        string name = Name;
        await Task.Delay(1, cancellationToken);
        if (await ShouldProcessAsync(name, "Set the thing", WithPlan ? "- old\n+ new" : null))
            output.Write(name);
    }
}

/// Takes as many tenths of a second for a server as its port says; port 9 fails.
[Cmdlet(VerbsCommon.Get, "PgSlowly")]
public sealed class GetPgSlowlyCommand : PgFleetCommand
{
    public static int AtOnce;
    private int _running;

    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        AtOnce = Math.Max(AtOnce, Interlocked.Increment(ref _running));
        await Task.Delay(instance.Port * 100, cancellationToken);
        Interlocked.Decrement(ref _running);
        if (instance.Port == 9)
            throw new PgHaException("Nine", PgHaErrorKind.NotFound, "Nine fails.", "Take another.");
        output.Write(instance);
    }
}

[Cmdlet(VerbsCommon.Get, "PgFailure")]
public sealed class GetPgFailureCommand : PgInstanceCommand
{
    [Parameter(Position = 0)] public string Kind { get; set; }

    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (instance.Port == 1)
            throw Kind switch
            {
                "Malformed" => new MalformedTextException("LSN", "x", 0, "expected digits"),
                "Timeout" => new TimeoutException(),
                "Canceled" => new OperationCanceledException(),
                "Bug" => new InvalidOperationException("a bug"),
                "Terminating" => Terminating(new PgHaException("Hopeless", PgHaErrorKind.InvalidState, "Nothing helps."), instance),
                _ => new PgHaException("Failed", Enum.Parse<PgHaErrorKind>(Kind), "It failed.", "Try again."),
            };
        output.Write(instance);
    }
}

[Cmdlet(VerbsCommon.Get, "PgPath")]
public sealed class GetPgPathCommand : PgCommand
{
    private string _resolved;

    [Parameter(Position = 0, ValueFromPipeline = true)] public string Path { get; set; }

    protected override void Prepare() => _resolved = ResolveFilePath(Path);

    protected override Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        output.Write(_resolved);
        return Task.CompletedTask;
    }
}
