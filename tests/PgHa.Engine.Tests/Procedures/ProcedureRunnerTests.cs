using System.Collections.Concurrent;
using PgHa.Engine.Procedures;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Procedures;

public sealed class ProcedureRunnerTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private readonly RecordingLog _log = new();
    private readonly ConcurrentQueue<string> _happened = new();
    private readonly Procedure _procedure = new("Test of steps");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_run_after_those_they_require()
    {
        ProcedureStep first = Add("a", "first");
        ProcedureStep second = Add("a", "second", first);
        Add("b", "third", first, second);
        await RunAsync();
        Assert.Equal(["first", "second", "third"], _happened);
    }

    [Fact]
    public async Task Steps_that_require_nothing_of_each_other_run_side_by_side()
    {
        using Barrier meeting = new(2);
        _procedure.Add("a", "meet", token => Task.Run(() => Assert.True(meeting.SignalAndWait(Moment, token)), token));
        _procedure.Add("b", "meet", token => Task.Run(() => Assert.True(meeting.SignalAndWait(Moment, token)), token));
        await RunAsync();
    }

    [Fact]
    public void A_step_cannot_come_after_one_that_is_not_there()
    {
        var stranger = new ProcedureStep("a", "stranger", _ => Task.CompletedTask);
        Assert.Throws<ArgumentException>(() => _procedure.Add("a", "step", _ => Task.CompletedTask, stranger));
    }

    [Fact]
    public async Task After_a_failure_no_step_begins_and_what_was_begun_is_undone_the_last_first()
    {
        ProcedureStep first = AddUndoable("first");
        ProcedureStep second = AddUndoable("second", first);
        ProcedureStep failing = _procedure.Add(
            new ProcedureStep("a", "failing", _ => throw Failure("It broke.")) { After = [second], Undo = Happen("undo failing") });
        Add("b", "later", failing);

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(RunAsync);

        Assert.Equal(["first", "second", "undo failing", "undo second", "undo first"], _happened);
        Assert.Equal("Broken", e.ErrorId);
        Assert.Equal("Mend it.", e.Advice);
        Assert.Equal(
            "Test of steps stopped at step 3 of 4 (a: failing): It broke. Undone: a: first; a: second; a: failing. 1 step was not begun.",
            e.Message);
    }

    [Fact]
    public async Task A_step_without_undo_is_left_as_it_is_and_told()
    {
        Add("a", "kept");
        _procedure.Add("b", "failing", _ => throw Failure("No."), _procedure.Steps[0]);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.EndsWith("No. Done, and left so: a: kept.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_the_point_of_no_return_nothing_is_undone()
    {
        ProcedureStep before = AddUndoable("before");
        ProcedureStep point = _procedure.Add(
            new ProcedureStep("a", "point", Happen("point")) { After = [before], IsPointOfNoReturn = true });
        _procedure.Add("a", "failing", _ => throw Failure("Too late."), point);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Equal(["before", "point"], _happened);
        Assert.Contains("Done, and left so: a: before; a: point.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_point_of_no_return_that_failed_is_returned_from_where_it_provably_did_nothing(bool didNothing)
    {
        ProcedureStep before = AddUndoable("before");
        _procedure.Add(new ProcedureStep("a", "point", _ => throw Failure("Not reached."))
        {
            After = [before],
            IsPointOfNoReturn = true,
            HasNotHappened = _ => Task.FromResult(didNothing),
        });
        await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Equal(didNothing ? ["before", "undo before"] : ["before"], _happened);
    }

    [Fact]
    public async Task A_point_of_no_return_of_which_nobody_can_tell_is_not_returned_from()
    {
        ProcedureStep before = AddUndoable("before");
        _procedure.Add(new ProcedureStep("a", "point", _ => throw Failure("Not reached."))
        {
            After = [before],
            IsPointOfNoReturn = true,
            HasNotHappened = _ => throw Failure("Nobody answers."),
        });
        await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Equal(["before"], _happened);
        Assert.Contains(_log.Warnings, warning => warning.Contains("Nobody answers.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancellation_before_that_point_undoes()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        ProcedureStep before = AddUndoable("before");
        _procedure.Add("a", "waiting", async token =>
        {
            await stop.CancelAsync();
            await Task.Delay(Moment, token);
        }, before);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(stop.Token));
        Assert.Equal(["before", "undo before"], _happened);
        Assert.Contains(_log.Warnings, warning => warning.Contains("was stopped at 'a: waiting'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancellation_after_that_point_waits_for_the_end()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        ProcedureStep point = _procedure.Add(new ProcedureStep("a", "point", _ => stop.CancelAsync()) { IsPointOfNoReturn = true });
        _procedure.Add("a", "rest", token =>
        {
            token.ThrowIfCancellationRequested();
            return Happen("rest")(token);
        }, point);
        await RunAsync(stop.Token);
        Assert.Equal(["rest"], _happened);
    }

    [Fact]
    public async Task What_cannot_be_undone_is_named_and_the_rest_is_undone()
    {
        ProcedureStep first = AddUndoable("first");
        ProcedureStep stubborn = _procedure.Add(
            new ProcedureStep("a", "stubborn", Happen("stubborn")) { After = [first], Undo = _ => throw Failure("Stays.") });
        _procedure.Add("a", "failing", _ => throw Failure("No."), stubborn);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(RunAsync);
        Assert.Contains("Could not be undone: a: stubborn.", e.Message, StringComparison.Ordinal);
        Assert.Contains("undo first", _happened);
    }

    [Fact]
    public async Task Every_server_has_its_progress_and_each_is_ended()
    {
        Add("a", "first");
        Add("b", "second");
        await RunAsync();
        Assert.Contains(_log.ProgressReports, progress => progress is { Activity: "b", Status: "second", Parent: "Test of steps" });
        Assert.Equal(
            ["Test of steps", "a", "b"],
            _log.ProgressReports.Where(progress => progress.IsCompleted).Select(progress => progress.Activity)
                .Order(StringComparer.Ordinal));
    }

    private static PgHaException Failure(string message) => new("Broken", PgHaErrorKind.OperationFailed, message, "Mend it.", "a");

    private Func<CancellationToken, Task> Happen(string what) => _ =>
    {
        _happened.Enqueue(what);
        return Task.CompletedTask;
    };

    private ProcedureStep Add(string target, string description, params ProcedureStep[] after) =>
        _procedure.Add(target, description, Happen(description), after);

    private ProcedureStep AddUndoable(string description, params ProcedureStep[] after) =>
        _procedure.Add(new ProcedureStep("a", description, Happen(description)) { After = after, Undo = Happen($"undo {description}") });

    private Task RunAsync() => RunAsync(Cancellation);

    private Task RunAsync(CancellationToken cancellationToken) =>
        new ProcedureRunner(new EngineContext(_log)).RunAsync(_procedure, cancellationToken);
}
