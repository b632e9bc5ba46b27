using System.Globalization;

namespace PgHa.Engine.Tests;

public sealed class PollTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_looks_until_the_answer_is_yes()
    {
        int looks = 0;

        await Poll.UntilAsync(
            () => Task.FromResult(++looks == 3), Pause, Deadline.In(TimeSpan.FromMinutes(1)), () => new PgHaException("Late", default, ""),
            Cancellation);

        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task What_came_in_time_counts_although_the_look_was_slow()
    {
        var passed = Deadline.In(TimeSpan.FromSeconds(-1));

        Assert.True(passed.HasPassed);
        await Poll.UntilAsync(() => Task.FromResult(true), Pause, passed, () => new PgHaException("Late", default, ""), Cancellation);
    }

    [Fact]
    public async Task After_the_deadline_it_fails_with_the_reason_and_what_was_seen_last()
    {
        int looks = 0;

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Poll.UntilAsync(
            () => Task.FromResult(++looks < 0), Pause, Deadline.In(TimeSpan.FromMilliseconds(20)),
            () => new PgHaException("Late", default, $"after {looks} looks"), Cancellation));

        Assert.Equal($"after {looks} looks", e.Message);
        Assert.False(await Poll.TryUntilAsync(() => Task.FromResult(false), Pause, Deadline.In(TimeSpan.Zero), Cancellation));
    }

    [Fact]
    public void A_deadline_says_how_long_the_wait_may_take_in_every_culture()
    {
        using var _ = new CommaCulture();

        Assert.Equal("0.5 s", Deadline.In(TimeSpan.FromSeconds(0.5)).ToString());
        Assert.Equal("60 s", Deadline.In(TimeSpan.FromMinutes(1)).ToString());
    }

    // The tests run without the data of real cultures.
    private sealed class CommaCulture : IDisposable
    {
        private readonly CultureInfo _before = CultureInfo.CurrentCulture;

        public CommaCulture()
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = culture;
        }

        public void Dispose() => CultureInfo.CurrentCulture = _before;
    }
}
