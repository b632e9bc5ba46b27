# Sourced by the findings about PowerShell: sets $work, a folder that goes with the script, with PowerShell $version as a .NET tool in it.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1

# begin_powershell VERSION
begin_powershell() {
    version=$1 work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    export DOTNET_CLI_HOME=$work NUGET_PACKAGES=$work/packages
    cd "$work" || exit
    dotnet new tool-manifest >/dev/null
    dotnet tool install PowerShell --version "$version" >/dev/null
}

# run_powershell ARGUMENT...
run_powershell() { dotnet tool run pwsh -- -NoProfile -NonInteractive "$@"; }
