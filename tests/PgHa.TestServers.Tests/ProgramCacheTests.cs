namespace PgHa.TestServers.Tests;

public sealed class ProgramCacheTests : IDisposable
{
    private readonly string _name = "self-test-" + Path.GetRandomFileName();

    [Fact]
    public async Task Many_who_ask_at_once_fill_it_once()
    {
        int fills = 0;

        string[] entries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            ProgramCache.GetOrAddAsync(_name, async (folder, _) =>
            {
                Interlocked.Increment(ref fills);
                await File.WriteAllTextAsync(Path.Combine(folder, "content"), "whole");
            }))));

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
        }));

        string entry = await ProgramCache.GetOrAddAsync(_name, (_, _) => Task.CompletedTask);

        Assert.Empty(Directory.EnumerateFileSystemEntries(entry));
    }

    public void Dispose()
    {
        foreach (string left in Directory.EnumerateDirectories(ProgramCache.Directory, _name + "*"))
            Directory.Delete(left, recursive: true);
        File.Delete(Path.Combine(ProgramCache.Directory, _name + ".lock"));
    }
}
