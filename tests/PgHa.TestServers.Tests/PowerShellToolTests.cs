using PgHa.Provisioning.Sources;

namespace PgHa.TestServers.Tests;

/// <summary>The PowerShell that runs the Pester files.</summary>
public class PowerShellToolTests
{
    [Fact]
    public async Task It_is_the_pinned_version_from_the_cache_and_the_servers_user_can_run_it()
    {
        string program;
        try
        {
            program = await PowerShellTool.ProvideAsync(RepositoryRoot.Directory, TestContext.Current.CancellationToken);
        }
        catch (SourceException e)
        {
            throw new PostgresUnavailableException($"PowerShell can't be had: {e.Message}", e);
        }

        ProcessResult shown = await ServerUser.RunAsync(
            program,
            ["-NoProfile", "-Command", "$PSVersionTable.PSVersion.ToString(); $PSHOME"],
            TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(
            [PowerShellTool.PinnedVersion(RepositoryRoot.Directory), Path.GetDirectoryName(program)!],
            shown.OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
