using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Tests.Machines;

public sealed class ShellScriptsTests
{
    [Fact]
    public async Task Content_that_was_cut_off_replaces_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no POSIX shell");
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(directory["file"], "old", TestContext.Current.CancellationToken);
        // As from a PgHa that is killed while it sends six bytes.
        CommandResult result = await new LocalHost().RunAsync(
            new HostCommand("sh", "-c", ShellScripts.Write, "sh", directory["file"], ".new", "6", "") { StandardInput = "new"u8.ToArray() },
            TestContext.Current.CancellationToken);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(directory["file"], TestContext.Current.CancellationToken));
        Assert.Equal([directory["file"]], Directory.GetFiles(directory.Path));
    }
}
