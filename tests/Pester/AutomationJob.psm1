# Runs a runbook as a job of Azure Automation: in a process of its own, with the assets that the service hands out.

Set-StrictMode -Version Latest
Import-Module $PSScriptRoot/PgHaTest.psm1

<#
.SYNOPSIS
Whether this machine can make the limits of the sandbox.
#>
function Test-AutomationSandbox {
    $IsLinux -and [bool](Get-Command strace -ErrorAction Ignore)
}

<#
.SYNOPSIS
The module and the runbooks as a job finds them: in folders that nobody may write to.
#>
function New-AutomationFolder([string] $Path, [string[]] $Runbook) {
    $module = New-Item -ItemType Directory "$Path/modules/PgHa"
    $source = Split-Path (Get-PgHaTestModule)
    Copy-Item $source/PgHa.psd1, $source/bin, $source/en-US $module -Recurse
    $runbooks = New-Item -ItemType Directory "$Path/runbooks"
    Copy-Item (@($Runbook) + "$PSScriptRoot/AutomationJob.ps1") $runbooks
    chmod -R 'a=rX' $Path
}

<#
.SYNOPSIS
Starts a runbook as a job, and does not wait for its end.
.DESCRIPTION
In the sandbox it is nobody's process, has no home folder, cannot start another process (strace answers for the kernel), and its heap is
limited. On a hybrid worker it is a process like any other, with the same variables of the service.
#>
function Start-AutomationJob {
    [OutputType([Diagnostics.Process])]
    param([string] $Path, [string] $Runbook, [hashtable] $Parameter = @{}, [hashtable] $Asset = @{}, [switch] $HybridWorker)
    $variables = @(
        "PSModulePath=$Path/modules", 'TZ=UTC', 'TMPDIR=/tmp', 'POWERSHELL_TELEMETRY_OPTOUT=1', 'NO_COLOR=1'
        'AZUREPS_HOST_ENVIRONMENT=AzureAutomation', "AUTOMATION_ASSET_ACCOUNTID=$([guid]::NewGuid())"
    )
    $line = if ($HybridWorker) { 'env', '-i', "HOME=$HOME", "PATH=$env:PATH" }
    else {
        'strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', 'trace=fork,vfork', '-e', 'inject=fork,vfork:error=EACCES'
        if ([Environment]::IsPrivilegedProcess) { 'setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', '--' }
        'env', '-i', 'DOTNET_GCHeapHardLimit=0x19000000'
    }
    $line += $variables + @(
        (Get-PgHaTestPowerShell), '-NoProfile', '-NonInteractive', '-File', "$Path/runbooks/AutomationJob.ps1", "$Path/runbooks/$Runbook"
        ($Parameter | ConvertTo-Json -Compress -Depth 4), ($Asset | ConvertTo-Json -Compress -Depth 4)
    )
    $start = [Diagnostics.ProcessStartInfo]::new($line[0], [string[]]$line[1..($line.Count - 1)])
    $start.WorkingDirectory = '/'
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $job = [Diagnostics.Process]::Start($start)
    $job.StandardInput.Close()
    $job
}

<#
.SYNOPSIS
Runs a runbook to its end. Emits what the service would show of the job, and what it used: see AutomationJob.ps1.
#>
function Invoke-AutomationJob {
    param([string] $Path, [string] $Runbook, [hashtable] $Parameter = @{}, [hashtable] $Asset = @{}, [switch] $HybridWorker)
    $job = Start-AutomationJob @PSBoundParameters
    $errors = $job.StandardError.ReadToEndAsync()
    $output = $job.StandardOutput.ReadToEnd()
    $job.WaitForExit()
    try { $output | ConvertFrom-Json -AsHashtable }
    catch { throw "The job ended with $($job.ExitCode): $output$($errors.Result)" }
}

Export-ModuleMember -Function *-Automation*
