namespace PgHa.TestServers.Tests;

public sealed class ProgramCacheTests : IDisposable
{
    private readonly string _name = "self-test-" + Path.GetRandomFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_ask_at_once_fill_it_once()
    {
        int fills = 0;

        string[] entries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            ProgramCache.GetOrAddAsync(_name, async (folder, _) =>
            {
                Interlocked.Increment(ref fills);
                await File.WriteAllTextAsync(Path.Combine(folder, "content"), "whole");
            }, Cancellation))));

        Assert.Equal(1, fills);
        Assert.All(entries, entry => Assert.Equal("whole", File.ReadAllText(Path.Combine(entry, "content"))));
    }

    [Fact]
    public async Task A_failed_fill_leaves_nothing_and_the_next_one_starts_afresh()
    {
        await Assert.ThrowsAsync<SourceException>(() => ProgramCache.GetOrAddAsync(_name, async (folder, _) =>
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "half"), "");
            throw new SourceException("the network is down");
        }, Cancellation));

        string entry = await ProgramCache.GetOrAddAsync(_name, (_, _) => Task.CompletedTask, Cancellation);

        Assert.Empty(Directory.EnumerateFileSystemEntries(entry));
    }

    [Fact]
    public async Task A_stop_ends_the_program_that_fills_it_and_leaves_nothing()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        string? filled = null;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProgramCache.GetOrAddAsync(_name, async (folder, _) =>
        {
            filled = folder;
            stop.CancelAfter(TimeSpan.FromSeconds(0.5));
            // Its child writes on and on, as a downloader's does.
            await ChildProcess.RunForSourceAsync(
                "sh", ["-c", "(i=0; while :; do i=$((i + 1)); : >$0/$i; done) & wait", folder], TimeSpan.FromMinutes(1), null, stop.Token);
        }, stop.Token));

        await Task.Delay(TimeSpan.FromSeconds(0.5), Cancellation);
        Assert.False(Directory.Exists(filled));
    }

    public void Dispose()
    {
        foreach (string left in Directory.EnumerateDirectories(ProgramCache.Directory, _name + "*"))
            Directory.Delete(left, recursive: true);
        File.Delete(Path.Combine(ProgramCache.Directory, _name + ".lock"));
    }
}
