#!/usr/bin/env bash
# PowerShell 7.6.9: a parameter's completer is not asked for the keys of a hashtable that is typed as its argument.
#
# A completer that is registered for a parameter is called for the word being typed as the parameter's value. One expects it for
# Set-Sample @{ wal_<Tab> too, with the hashtable as the syntax tree of the argument, because the key is part of that value. It
# is not called at all, and no other completion is offered, so a module can't help with names of settings there.
set -euo pipefail
cd "$(dirname "$0")"
source ./powershell.bash
begin_powershell 7.6.9
cat > script.ps1 <<'PS'
function Set-Sample { param($Setting) }
$global:asked = 0
Register-ArgumentCompleter -CommandName Set-Sample -ParameterName Setting -ScriptBlock { $global:asked++; 'wal_level' }
foreach ($typed in 'Set-Sample wal_', 'Set-Sample @{ wal_', 'Set-Sample -Setting @{ wal_') {
    $global:asked = 0
    $found = (TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText -join ','
    "${typed}: asked $global:asked, found '$found'"
}
PS
said=$(run_powershell -File script.ps1)
echo "PowerShell $version"
echo "$said"
[[ $said == *"Set-Sample wal_: asked 1, found 'wal_level'"* ]]
[[ $said == *"Set-Sample @{ wal_: asked 0, found ''"* && $said == *"-Setting @{ wal_: asked 0, found ''"* ]]
