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
    [Parameter(Mandatory)] [int] $Port,
    [Parameter(Mandatory)] [string] $BinDirectory,
    [switch] $Keep
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Repository/PgHa.psd1

function Say([string] $Text) { Write-Host "`n==> $Text" -ForegroundColor Cyan }

function Invoke-Sql($Instance, [string] $Sql) {
    & "$BinDirectory/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h $Instance.SocketDirectory -p $Instance.Port -U $Instance.UserName -d postgres -c $Sql
    if ($LASTEXITCODE -ne 0) { throw "psql failed on $Instance." }
}

$completed = $false
try {
    Say "Building the six nodes of docs/examples/reference-cluster.ps1 in $Root"
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $nodes = & $Repository/docs/examples/reference-cluster.ps1 -Root $Root -BasePort $Port -BinDirectory $BinDirectory
    $primary = $nodes[0]
    Write-Host ('Built in {0:n1} s.' -f $watch.Elapsed.TotalSeconds)
    $nodes | Format-Table

    Say 'Writing 1000 rows on the primary, and waiting until every node has them'
    Invoke-Sql $primary "create table greeting as select n, 'hello ' || n as text from generate_series(1, 1000) n"
    $nodes | Select-Object -Skip 1 | Wait-PgReplication -Primary $primary
    $nodes | Where-Object Name -In node23, node24, node25 | ForEach-Object {
        Write-Host ('{0}: {1} rows' -f $_, (Invoke-Sql $_ 'select count(*) from greeting'))
    }
    Write-Host 'node21 and node22 are cold standbys (hot_standby = off): they replayed the rows, and answer no SQL.'

    Say 'The state of the cluster: Get-PgReplicationStatus'
    $nodes | Get-PgReplicationStatus | Format-Table

    Say 'How the data flows'
    Write-Host @"
  node20 primary ──────── streams ──> node22 (cold)
    │  │  ├── slot node_slot_23 ────> node23 (hot) ── streams ──> node24 (cascading)
    │  │  └── waits for commits ────> node25 (synchronous s1) ── archives into archive25
    │  └── archives into archive20
    └──────────── archive20 ────────> node21 (cold, restores from the archive)
"@
    $completed = $true
}
finally {
    if ($Keep -and $completed) {
        Say 'Kept running. To look at it, in pwsh:'
        Write-Host @"
    Import-Module $Repository/PgHa.psd1
    `$nodes = Get-PgInstance -Path $Root
    `$nodes | Get-PgReplicationStatus
    $BinDirectory/psql -h $($primary.SocketDirectory) -p $Port -U postgres
  To stop it and remove every trace:
    `$nodes | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:`$false; Remove-Item -Recurse $Root
"@
    }
    else {
        Say "Stopping the servers and removing $Root"
        Get-PgInstance -Path $Root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
        Remove-Item -Recurse -Force $Root
    }
}
