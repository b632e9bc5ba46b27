#requires -Version 7.4
<#
.SYNOPSIS
    Installs a PostgreSQL major on a machine of the public CI, with the package manager of its system, and runs no server.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [int] $Major)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

if ($IsWindows) { choco install "postgresql$Major" --yes --no-progress --params '/Password:postgres /Port:5999' }
elseif ($IsMacOS) { brew install --quiet "postgresql@$Major" }
else {
    # PostgreSQL's own repository has all majors. The package would make and start a cluster of its own, which nobody asked for.
    sudo apt-get -q install -y --no-install-recommends postgresql-common strace
    sudo sh -c 'echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf'
    sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
    sudo apt-get -q install -y --no-install-recommends "postgresql-$Major"
}
