#requires -Version 7.4
<#
.SYNOPSIS
    Installs the package from a folder, and takes a cluster of two servers through its life: built, watched, switched over, removed.
.DESCRIPTION
    The public CI runs it on each system in each PowerShell. It changes the user's modules and repositories: run by hand, it needs a
    home of its own.
.EXAMPLE
    HOME=$(mktemp -d) pwsh -NoProfile .github/scripts/Test-Package.ps1 -Feed artifacts
#>
[CmdletBinding()]
param(
    # The folder with the package.
    [Parameter(Mandatory)] [string] $Feed,

    # The PostgreSQL major. Without it the newest one of this machine.
    [int] $Major,

    # The port of the first server; the second has the next one.
    [int] $Port = 9520
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
Register-PSResourceRepository -Name PgHaFeed -Uri (Resolve-Path $Feed).Path -Trusted -Force
Install-PSResource PgHa -Repository PgHaFeed -Quiet
Import-Module PgHa
"PgHa $((Get-Module PgHa).Version) on PowerShell $($PSVersionTable.PSVersion), $($PSVersionTable.OS)"

# Where the servers' user may work too, where that is another one.
$root = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "pgha-$([guid]::NewGuid().ToString('N'))")).FullName
if ([Environment]::IsPrivilegedProcess -and -not $IsWindows) { chown postgres $root }
$version = if ($Major) { @{ Version = $Major } } else { @{} }
$login = [pscredential]::new('postgres', (ConvertTo-SecureString 'of this test only' -AsPlainText -Force))
$connect = @{}
if ($IsWindows) {
    $version.SuperuserCredential = $login
    $connect.Credential = $login
}
$nodes = @()
try {
    $primary = New-PgInstance one -DataDirectory "$root/one" -Port $Port -NoSync @version | Start-PgInstance -PassThru
    $nodes = @($primary)
    $replicator = [pscredential]::new('replicator', (ConvertTo-SecureString 'of this test too' -AsPlainText -Force))
    $null = $primary | New-PgReplicationRole -ReplicationCredential $replicator @connect
    $null = $primary | New-PgReplicationSlot two @connect
    $standby = $primary |
        New-PgBaseBackup -Name two -DataDirectory "$root/two" -Port ($Port + 1) @connect |
        Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -SlotName two -PassThru |
        Start-PgInstance -PassThru
    $nodes = $standby, $primary

    $standby | Wait-PgReplication -Upstream $primary @connect
    $primary, $standby | Get-PgReplicationStatus @connect
    Switch-PgPrimary $primary -Candidate two -ReplicationCredential $replicator -Confirm:$false @connect
    $after = $primary, $standby | Get-PgReplicationStatus @connect
    $after
    if (($after | Where-Object Role -EQ Primary).Server.Name -ne 'two') { throw 'The other server is not the primary.' }
}
finally {
    $nodes | Remove-PgInstance -Force -Confirm:$false -ErrorAction Continue
    Remove-Item -LiteralPath $root -Recurse -Force -ErrorAction Continue
}
'Built, switched over and removed.'
