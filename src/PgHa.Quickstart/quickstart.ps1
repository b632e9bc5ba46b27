#requires -Version 7.4
<#
.SYNOPSIS
    Raises the reference cluster with the built module, writes rows, watches them arrive everywhere, and cleans up.
.DESCRIPTION
    What `dotnet run --project src/PgHa.Quickstart` runs. It does nothing that you could not type yourself.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Repository,
    [Parameter(Mandatory)] [string] $Root,
    [int] $Port,
    [string] $BinDirectory,
    [switch] $Keep,

    # The command that starts this PowerShell.
    [string] $PowerShell,

    # Root was there before: remove what is in it, and not Root itself.
    [switch] $RootStays,

    # Only stop the servers in Root and remove it.
    [switch] $RemoveOnly
)

$ErrorActionPreference = 'Stop'
if ([Console]::IsOutputRedirected) { $ProgressPreference = 'SilentlyContinue' }
Import-Module $Repository/PgHa.psd1

# Colours are for terminals, and not for those who set NO_COLOR.
$isColored = -not [Console]::IsOutputRedirected -and -not $env:NO_COLOR
if (-not $isColored) { $PSStyle.OutputRendering = 'PlainText' }
$colors = @{
    Heading = $PSStyle.Foreground.BrightCyan; Command = $PSStyle.Foreground.BrightYellow; Parameter = $PSStyle.Foreground.BrightBlack
    Variable = $PSStyle.Foreground.BrightGreen; String = $PSStyle.Foreground.Cyan; Comment = $PSStyle.Foreground.Green
}

function Format-Colored([string] $Text, [string] $Color) { $isColored -and $Color ? "$Color$Text$($PSStyle.Reset)" : $Text }

function Say([string] $Text) { Write-Host "`n$(Format-Colored "==> $Text" $colors.Heading)" }

function Get-TokenColor($Token) {
    if ($Token.TokenFlags -band 'CommandName') { return $colors.Command }
    switch -Regex ($Token.Kind) {
        'Comment' { return $colors.Comment }
        'Variable' { return $colors.Variable }
        'Parameter' { return $colors.Parameter }
        'String' { return $colors.String }
    }
}

# The command as it would be typed, each token in its colour.
function Show-Command([string] $Text) {
    $tokens = $null
    $null = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $tokens, [ref] $null)
    $shown = ''
    $end = 0
    foreach ($token in $tokens | Where-Object Kind -NE EndOfInput) {
        $shown += $Text.Substring($end, $token.Extent.StartOffset - $end) + (Format-Colored $token.Extent.Text (Get-TokenColor $token))
        $end = $token.Extent.EndOffset
    }
    Write-Host "`n$shown"
}

# A script's statements one by one; each that calls PgHa is to be shown, with the comment above it.
function Get-Step([string] $Path) {
    $lines = Get-Content -LiteralPath $Path
    $script = [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $null)
    foreach ($statement in $script.EndBlock.Statements) {
        $first = $statement.Extent.StartLineNumber - 1
        $comment = if ($first -gt 0 -and $lines[$first - 1] -like '#*') { "$($lines[$first - 1])`n" }
        $calls = $statement.FindAll(
            { $args[0] -is [Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -like '*-Pg*' }, $true)
        $code = $statement.Extent.Text
        [pscustomobject]@{ Code = [scriptblock]::Create($code); Shown = $calls ? "$comment$code" : $null }
    }
}

function Invoke-Sql($Instance, [string] $Sql) {
    $server = '-h', $Instance.SocketDirectory, '-p', $Instance.Port, '-U', $Instance.UserName, '-d', 'postgres'
    & "$BinDirectory/psql" -X -q -A -t -v ON_ERROR_STOP=1 @server -c $Sql
    if ($LASTEXITCODE -ne 0) { throw "psql failed on $Instance." }
}

function Remove-Everything {
    Say "Stopping the servers and removing $Root"
    Get-PgInstance -Path $Root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
    if ($RootStays) { Get-ChildItem -LiteralPath $Root -Force | Remove-Item -Recurse -Force }
    else { Remove-Item -LiteralPath $Root -Recurse -Force }
}

# A signal to stop leaves this file beside the data directories: Ctrl+C itself may be ignored here.
function Test-Stopped { Test-Path -LiteralPath $Root/.stop }

if ($RemoveOnly) {
    Remove-Everything
    return
}

$completed = $false
try {
    Say "Building the six nodes of docs/examples/reference-cluster.ps1 in $Root"
    # The parameters of that script.
    $BasePort = $Port
    $Replicator = $null
    $watch = [Diagnostics.Stopwatch]::StartNew()
    foreach ($step in Get-Step $Repository/docs/examples/reference-cluster.ps1) {
        if (Test-Stopped) { return }
        if ($step.Shown) { Show-Command $step.Shown }
        $nodes = . $step.Code
    }
    $primary = $nodes[0]
    Write-Host ("`nBuilt in {0:n1} s." -f $watch.Elapsed.TotalSeconds)

    Say 'Writing 1000 rows on the primary, and waiting until every node has them'
    Invoke-Sql $primary "create table greeting as select n, 'hello ' || n as text from generate_series(1, 1000) n"
    Show-Command '$nodes | Select-Object -Skip 1 | Wait-PgReplication -Primary $primary'
    $nodes | Select-Object -Skip 1 | Wait-PgReplication -Primary $primary
    $nodes | Where-Object Name -In node23, node24, node25 | ForEach-Object {
        Write-Host ('{0}: {1} rows' -f $_, (Invoke-Sql $_ 'select count(*) from greeting'))
    }
    Write-Host 'node21 and node22 are cold standbys (hot_standby = off): they replayed the rows, and answer no SQL.'

    Say 'The state of the cluster'
    Show-Command '$nodes | Get-PgReplicationStatus'
    $nodes | Get-PgReplicationStatus | Format-Table

    Say 'How the data flows'
    Write-Host @"
  node20 primary ──────── streams ──> node22 (cold)
    │  │  ├── slot node_slot_23 ────> node23 (hot) ── streams ──> node24 (cascading)
    │  │  └── waits for commits ────> node25 (synchronous s1) ── archives into archive25
    │  └── archives into archive20
    └──────────── archive20 ────────> node21 (cold, restores from the archive)
"@
    $completed = -not (Test-Stopped)
}
finally {
    if ($Keep -and $completed) {
        Say 'Kept running. To look at it:'
        Write-Host @"
    $PowerShell
    Import-Module $Repository/PgHa.psd1
    `$nodes = Get-PgInstance -Path $Root
    `$nodes | Get-PgReplicationStatus
    $BinDirectory/psql -h $($primary.SocketDirectory) -p $Port -U postgres
  To stop it and remove every trace:
    `$nodes | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:`$false; Remove-Item -Recurse $Root$($RootStays ? '/*' : '')
"@
    }
    else {
        Remove-Everything
    }
}
