using System.Text.Json;

namespace PgHa.Laboratory.Tests;

/// <summary>The guide about many machines, whose code runs in a laboratory, and prints what the page shows.</summary>
public class GuideTests
{
    private static readonly string Guide = Path.Combine(RepositoryRoot.Directory, "docs", "guides", "from-one-machine-to-many.md");
    private static readonly string Pages = Path.Combine(RepositoryRoot.Directory, "tests", "Pester", "PageRun.psm1");

    [Fact]
    public async Task It_prints_what_it_shows_and_leaves_nothing_behind()
    {
        await using Laboratory laboratory = await Laboratory.RaiseAsync(3);

        // The operator of the laboratory has its key and its host keys elsewhere than a reader.
        JsonElement different = await laboratory.OperatorAsync($$"""
            Import-Module '{{Pages}}'
            $PSDefaultParameterValues = @{
                'New-PgMachine:KeyFilePath' = '{{laboratory.OperatorFolder}}/key'
                'New-PgMachine:Options'     = @{ UserKnownHostsFile = '{{laboratory.OperatorFolder}}/known_hosts' }
            }
            $blocks = @(Get-PageBlock '{{Guide}}')
            $run = foreach ($block in $blocks) {
                $code = $block.Code -replace '^Import-Module PgHa\n'
                [pscustomobject]@{ Output = (. ([scriptblock]::Create($code)) | Out-String -Width 100); Errors = 0 }
            }
            Compare-Page guide $blocks $run
            """);

        Assert.Empty(different.EnumerateArray().Select(difference => difference.GetString()));
        foreach (string host in (string[])["h1", "h2", "h3"])
            Assert.Equal("", await laboratory.RunAsync(host, "find", "/var/lib/postgresql", "-name", "PG_VERSION"));
    }
}
