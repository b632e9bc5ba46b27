# Runs one Pester file and writes what became of it as JSON, for PesterFile.cs to read.
param(
    [Parameter(Mandatory)] [string] $PesterPath,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $ResultPath,
    [string] $Culture
)

$ErrorActionPreference = 'Stop'
Import-Module $PesterPath

if ($Culture) {
    # The pipeline has its own thread; PgHa works on those of the pool.
    [cultureinfo]::CurrentCulture = $Culture
    [cultureinfo]::DefaultThreadCurrentCulture = $Culture
}

function Get-Complaint($Item) {
    $texts = foreach ($record in $Item.ErrorRecord) {
        # Pester adds the first two when it prints the error, and strips its own frames from the stack.
        $record.PSObject.Properties['DisplayErrorMessage']?.Value ?? $record.Exception.Message
        $record.PSObject.Properties['DisplayStackTrace']?.Value ?? $record.ScriptStackTrace
    }
    $texts -join "`n"
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.Output.RenderMode = 'Plaintext'
$run = Invoke-Pester -Configuration $configuration

[ordered]@{
    Tests    = @(foreach ($test in $run.Tests) {
        [ordered]@{
            Name      = $test.ExpandedPath
            Result    = "$($test.Result)"
            Line      = $test.ScriptBlock.StartPosition.StartLine
            Seconds   = $test.Duration.TotalSeconds
            Complaint = Get-Complaint $test
        }
    })
    # What went wrong outside of any test: a file that doesn't parse, a block around the tests that threw.
    Problems = @(foreach ($item in @($run.FailedContainers) + @($run.FailedBlocks)) {
        if ($item.ErrorRecord) { Get-Complaint $item }
    })
} | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $ResultPath
