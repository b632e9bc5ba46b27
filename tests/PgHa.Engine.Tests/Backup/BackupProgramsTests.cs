using PgHa.Engine.Backups;
using PgHa.Engine.Tests.Programs;

namespace PgHa.Engine.Tests.Backup;

/// <summary>The programs that a tar backup needs are there before it is begun.</summary>
public sealed class BackupProgramsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zstd:3", "zstd")]
    [InlineData("lz4", "lz4")]
    [InlineData("gzip", "gzip")]
    [InlineData(null, "tar")]
    public async Task A_program_that_is_missing_is_named(string? compression, string program)
    {
        string[] others = [.. new[] { "tar", "gzip", "lz4", "zstd" }.Where(name => name != program)];
        FakeHost host = new FakeHost { SearchPath = ["/usr/bin"] }.With("/usr/bin", "1", others);
        BackupCompression? parsed = compression is null ? null : BackupCompression.Parse(compression);

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => BackupTaker.RequireProgramsAsync(host, parsed, Cancellation));

        Assert.Equal("CompressionProgramNotFound", e.ErrorId);
        Assert.StartsWith($"There is no program {program} ", e.Message, StringComparison.Ordinal);
        await BackupTaker.RequireProgramsAsync(host.With("/usr/bin", "1", program), parsed, Cancellation);
    }
}
