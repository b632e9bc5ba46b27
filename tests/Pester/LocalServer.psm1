# Servers for the files that are about one server: made by the module under test, looked at with psql.

Set-StrictMode -Version Latest
Import-Module $PSScriptRoot/PgHaTest.psm1
Import-Module (Get-PgHaTestModule)

<#
.SYNOPSIS
Makes a server in an area, and starts it with -Start.
#>
function New-LocalServer {
    [OutputType('PgHa.PgInstance')]
    param(
        [Parameter(Mandatory)] [IO.DirectoryInfo] $Area,
        [Parameter(Mandatory)] [string] $BinDirectory,
        [string] $Name = 'node',
        [switch] $Start
    )
    $made = New-PgInstance $Name -DataDirectory "$Area/$Name" -Port (Get-PgHaTestPort) -BinDirectory $BinDirectory -NoSync -ErrorAction Stop
    if ($Start) { $made | Start-PgInstance -PassThru -ErrorAction Stop } else { $made }
}

<#
.SYNOPSIS
Runs a statement as the superuser over the Unix socket, or as another login over TCP.
#>
function Invoke-LocalSql {
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] $Server,
        [Parameter(Mandatory)] [string] $Sql,
        [Parameter(Mandatory)] [string] $ToolsDirectory,
        [pscredential] $Login
    )
    if ($Login) {
        $env:PGPASSWORD = $Login.GetNetworkCredential().Password
        $address = '-h', '127.0.0.1', '-U', $Login.UserName
    }
    else { $address = '-h', $Server.SocketDirectory, '-U', 'postgres' }
    # A commit that nobody confirms waits for ever, and the run with it.
    $env:PGOPTIONS = '-c statement_timeout=2min'
    try { $out = & $ToolsDirectory/psql -X -q -A -t -w -v ON_ERROR_STOP=1 @address -p $Server.Port -d postgres -c $Sql 2>&1 }
    finally { $env:PGPASSWORD = $env:PGOPTIONS = $null }
    if ($LASTEXITCODE -ne 0) { throw "psql on ${Server}: $out" }
    $out
}

<#
.SYNOPSIS
A credential from plain text.
#>
function New-LocalLogin([string] $Name, [string] $Password) {
    [pscredential]::new($Name, (ConvertTo-SecureString $Password -AsPlainText -Force))
}

<#
.SYNOPSIS
The files under a directory that hold a text.
#>
function Find-LocalText([string] $Path, [string] $Text) {
    grep -rlaF -- $Text $Path
}

Export-ModuleMember -Function *-Local*
