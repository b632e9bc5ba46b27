#!/usr/bin/env bash
# PowerShell 7.6.9 as a .NET tool: the process that was started is not PowerShell, and ending it does not end PowerShell.
#
# One expects that a script can stop a PowerShell that it started: by the process id that the shell gave it. As a .NET tool,
# PowerShell is the third process of a chain (dotnet tool run, a shim, PowerShell). SIGTERM to the first one ends the first
# one alone. PowerShell goes on with its script, as a child of nobody. Inside it, (Get-Process -Id $PID).Path is the path of
# dotnet, so a script that starts "another one like me" by that path starts dotnet without a program.
set -euo pipefail
cd "$(dirname "$0")"
source ./powershell.bash
begin_powershell 7.6.9
real=
trap '[[ -z $real ]] || kill -KILL "$real" 2>/dev/null || true; rm -rf "$work"' EXIT

cat > script.ps1 <<'PS'
param($Folder)
"$((Get-Process -Id $PID).Path)" | Set-Content $Folder/path
"$PID" | Set-Content $Folder/pid
Start-Sleep 5
'went on to its end' | Set-Content $Folder/end
PS
run_powershell -File script.ps1 -Folder "$work" &
started=$!
for _ in $(seq 300); do [[ -s pid ]] && break; sleep 0.1; done
real=$(<pid)

kill -TERM "$started"
wait "$started" && code=0 || code=$?
for _ in $(seq 300); do [[ -s end ]] && break; sleep 0.1; done

echo "PowerShell $version as a .NET tool, .NET SDK $(dotnet --version)"
echo "path of its process: $(<path)"
echo "process started: ended with $code after SIGTERM; PowerShell's own process is another one: $([[ $started != "$real" ]] && echo yes)"
echo "the script: $(cat end 2>/dev/null || echo 'was ended')"
[[ $(basename "$(<path)") == dotnet && $started != "$real" && $code -ne 0 && -s end ]]
