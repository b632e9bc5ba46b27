#requires -Version 7.4
<#
.SYNOPSIS
    A runbook for a hybrid runbook worker: makes a standby the primary, and the primary its standby.
.DESCRIPTION
    A switchover stops and starts servers, so the worker is the machine of the servers, and works as their user or as root.

    Azure Automation starts a job that was interrupted again from the top. So this asks for the end, not for the steps: a switchover
    that is finished is a success, and one that was interrupted goes on. If it was interrupted while no server was the primary, the old
    primary stays stopped afterwards: Repair-PgStandby takes it back.
.PARAMETER Member
    The data directories of all members, as ["/srv/pg/a", "/srv/pg/b"]: a server that is stopped is known by nothing else.
.PARAMETER Candidate
    The name of the standby that becomes the primary.
.PARAMETER CredentialName
    The credential asset with a superuser; not needed for servers that New-PgInstance or New-PgCluster made.
#>
[CmdletBinding()]
[OutputType([string])]
param(
    [Parameter(Mandatory)]
    [string[]] $Member,

    [Parameter(Mandatory)]
    [string] $Candidate,

    [string] $CredentialName
)

$ErrorActionPreference = 'Stop'
Import-Module PgHa
$login = $CredentialName ? @{ Credential = Get-AutomationPSCredential -Name $CredentialName } : @{}

try {
    $cluster = $Member | Switch-PgPrimary -Candidate $Candidate -PassThru -Confirm:$false @login
}
catch {
    # An earlier run was interrupted after it had stopped the old primary. A failover proves that no acknowledged commit gets lost,
    # or refuses.
    if ($_.FullyQualifiedErrorId -notlike 'NoPrimary,*') { throw }
    $cluster = $Member | Invoke-PgFailover -Candidate $Candidate -PassThru -Confirm:$false @login
}

"$($cluster.Primary.Name) is the primary."
$cluster.Members | Where-Object Upstream | ForEach-Object { "$($_.Name) follows $($_.Upstream)." }
