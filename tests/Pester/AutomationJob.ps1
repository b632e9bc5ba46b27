# The inside of a job of Azure Automation, for AutomationJob.psm1: the cmdlets of the assets, and the streams that the service keeps.
param([string] $Runbook, [string] $Parameter, [string] $Asset)

$script:assets = $Asset | ConvertFrom-Json -AsHashtable

function global:Get-AutomationPSCredential([Parameter(Mandatory)] [string] $Name) {
    $found = $assets[$Name] ?? $(throw "There is no credential $Name.")
    [pscredential]::new($found.UserName, (ConvertTo-SecureString $found.Password -AsPlainText -Force))
}

function global:Get-AutomationVariable([Parameter(Mandatory)] [string] $Name) {
    $assets[$Name] ?? $(throw "There is no variable $Name.")
}

$parameters = $Parameter | ConvertFrom-Json -AsHashtable
$failure = $null
$output = [Collections.Generic.List[string]]::new()
try { & $Runbook @parameters 3>$null | ForEach-Object { $output.Add("$_") } }
catch { $failure = $_ }

[ordered]@{
    Output       = @($output)
    Failed       = [bool]$failure
    Message      = "$failure"
    ErrorId      = $failure ? $failure.FullyQualifiedErrorId : $null
    Advice       = $failure ? $failure.ErrorDetails?.RecommendedAction : $null
    TimeZone     = [TimeZoneInfo]::Local.Id
    Home         = $env:HOME
    PeakMegabytes = [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB
} | ConvertTo-Json
