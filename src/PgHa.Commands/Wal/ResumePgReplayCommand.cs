using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Resumes the replay of standbys.</summary>
[Cmdlet(VerbsLifecycle.Resume, "PgReplay", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class ResumePgReplayCommand : PgLoginCommand
{
    /// <summary>Resume also a server that may have paused at its recovery target. Such a server then becomes a primary.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the standbys.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, "Resume replay").ConfigureAwait(false))
            await ReplayControl.ResumeAsync(Engine, instance, Force, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
