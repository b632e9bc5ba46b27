#requires -Version 7.4
<#
.SYNOPSIS
    A runbook for Azure Automation: checks a cluster, and fails with what is wrong with it, so that an alert goes out.
.DESCRIPTION
    It needs SQL access only, so it runs in the service's own sandbox as well as on a hybrid runbook worker. It changes nothing, so it
    can be interrupted and started again at any time.

    What it finds goes to the output of the job. Where something is a warning or worse, the job fails: alert rules of Azure Monitor
    watch for that. Where -WebhookVariable is given, the findings are sent there as JSON before.
.PARAMETER Member
    At least one member of the cluster, better all of them, as ["host=db1 sslmode=require", "host=db2 sslmode=require"].
.PARAMETER CredentialName
    The credential asset with a role that is a member of pg_monitor.
.PARAMETER WebhookVariable
    The encrypted variable asset with the address of a webhook, such as that of a chat or a logic app.
.PARAMETER ExcludeCheck
    Checks that are left out: Get-Help Test-PgCluster lists them.
#>
[CmdletBinding()]
[OutputType([string])]
param(
    [Parameter(Mandatory)]
    [string[]] $Member,

    [string] $CredentialName = 'PgHaMonitor',

    [string] $WebhookVariable,

    [string[]] $ExcludeCheck = @()
)

$ErrorActionPreference = 'Stop'
Import-Module PgHa
$credential = Get-AutomationPSCredential -Name $CredentialName

# A member that does not answer is a finding too, and must not hide the others.
$exclude = $ExcludeCheck ? @{ ExcludeCheck = $ExcludeCheck } : @{}
$found = @($Member | Test-PgCluster -Credential $credential -Detailed @exclude -ErrorAction SilentlyContinue -ErrorVariable lost)
$problems = @(
    foreach ($finding in $found | Where-Object Severity -NE 'Information') {
        [pscustomobject]@{
            Severity = "$($finding.Severity)"; Check = $finding.Check; Node = $finding.Node
            What = $finding.Evidence; Advice = $finding.Advice
        }
    }
    foreach ($failure in $lost) {
        [pscustomobject]@{
            Severity = 'Unknown'; Check = ($failure.FullyQualifiedErrorId -split ',')[0]; Node = "$($failure.TargetObject)"
            What = $failure.Exception.Message; Advice = $failure.ErrorDetails?.RecommendedAction
        }
    }
)
if (-not $problems) {
    "All is well with the cluster of $($Member[0])."
    return
}

$lines = $problems | ForEach-Object { "$($_.Severity) $($_.Check) $($_.Node): $($_.What). $($_.Advice)" -replace '\.\. ', '. ' }
$lines
if ($WebhookVariable) {
    $body = @{ text = $lines -join "`n"; findings = $problems } | ConvertTo-Json -Depth 4
    $null = Invoke-RestMethod (Get-AutomationVariable -Name $WebhookVariable) -Method Post -Body $body -ContentType 'application/json'
}
throw "$($problems.Count) problem(s) of the cluster of $($Member[0]). $($lines[0])"
