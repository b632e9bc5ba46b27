# Installs the package from a folder, as a new user would, and asks a server by it in each way that PowerShell runs things side by
# side, with another module that brings another Npgsql. Package.Tests.ps1 runs this in a process with a home of its own.
param(
    # The folder with the package.
    [Parameter(Mandatory)] [string] $Feed,

    # The other module.
    [Parameter(Mandatory)] [string] $Other,

    # A server.
    [Parameter(Mandatory)] [string] $Server,

    # Where the result goes.
    [Parameter(Mandatory)] [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
Register-PSResourceRepository -Name Local -Uri $Feed -Trusted
Install-PSResource PgHa -Repository Local -Quiet

$ask = {
    param([string] $How, [string] $Other, [string] $Server)
    $ErrorActionPreference = 'Stop'
    Import-Module $Other
    Import-Module PgHa
    @{ How = $How; System = "$((Get-PgSystemIdentity $Server).SystemIdentifier)"; Other = "$(Get-OtherNpgsql)"; ProcessId = $PID }
}

# A script block belongs to the runspace that made it: the others make theirs from its text.
$text = "$ask"
$inRunspace = foreach ($number in 1, 2) {
    $shell = [powershell]::Create().AddScript($text).AddArgument("runspace $number").AddArgument($Other).AddArgument($Server)
    @{ Shell = $shell; Started = $shell.BeginInvoke() }
}
$answers = @(
    & $ask 'imported' $Other $Server
    Import-Module PgHa -Force
    & $ask 'imported again' $Other $Server
    foreach ($one in $inRunspace) {
        $one.Shell.EndInvoke($one.Started)
        $one.Shell.Dispose()
    }
    1, 2 | ForEach-Object -Parallel { & ([scriptblock]::Create($using:text)) "parallel $_" $using:Other $using:Server }
    Start-ThreadJob $ask -ArgumentList 'thread job', $Other, $Server | Receive-Job -Wait -AutoRemoveJob
    Start-Job $ask -ArgumentList 'job', $Other, $Server | Receive-Job -Wait -AutoRemoveJob
)

@{
    Manifest = (Get-Module PgHa).Path
    Version  = "$((Get-InstalledPSResource PgHa).Version)"
    Help     = (Get-Help Get-PgSystemIdentity).Synopsis
    About    = @(Get-Help about_PgHa*).Count
    Drivers  = @([System.AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -eq 'Npgsql' }).Location)
    Answers  = $answers
} | ConvertTo-Json -Depth 3 | Set-Content -LiteralPath $ResultPath
