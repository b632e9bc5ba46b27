using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Procedures;

public sealed class ProcedureStepValueTests
{
    private readonly Procedure _procedure = new("Test of values");
    private readonly List<string> _happened = [];
    private int _runs;

    [Fact]
    public async Task A_later_step_gets_what_a_step_has_returned_in_the_same_run()
    {
        ProcedureStep<int> counted = _procedure.Add(new ProcedureStep<int>("a", "count", (_, _, _) => Task.FromResult(++_runs)));
        _procedure.Add(new ProcedureStep("a", "use", (run, _) => Happen($"used {run.Of(counted)}")) { After = [counted] });
        await RunAsync();
        await RunAsync();
        Assert.Equal(["used 1", "used 2"], _happened);
    }

    [Fact]
    public async Task The_undo_gets_what_the_step_has_returned()
    {
        ProcedureStep made = _procedure.Add(
            new ProcedureStep<string>("a", "make", (_, _, _) => Task.FromResult("slot"))
            {
                UndoWith = (name, _) => Happen($"remove {name}"),
            });
        _procedure.Add("a", "fail", _ => throw Failure(), made);
        await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Equal(["remove slot"], _happened);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_undo_of_a_step_that_failed_midway_gets_what_the_step_kept_and_is_not_called_if_it_kept_nothing(bool keeps)
    {
        _procedure.Add(new ProcedureStep<string>("a", "make", (_, keep, _) =>
        {
            if (keeps)
                keep("half");
            throw Failure();
        })
        {
            UndoWith = (name, _) => Happen($"remove {name}"),
        });
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Equal(keeps ? ["remove half"] : [], _happened);
        Assert.Equal(keeps, e.Message.Contains("Undone: a: make.", StringComparison.Ordinal));
    }

    private static PgHaException Failure() => new("Broken", PgHaErrorKind.OperationFailed, "It broke.", "Mend it.", "a");

    private Task Happen(string what)
    {
        _happened.Add(what);
        return Task.CompletedTask;
    }

    private Task RunAsync() => new ProcedureRunner(new EngineContext(new RecordingLog())).RunAsync(
        _procedure, TestContext.Current.CancellationToken);
}
