#!/usr/bin/env bash
# PowerShell 7.6.9: one computed property keeps a received object from becoming again what it was, and nothing says so.
#
# TargetTypeForDeserialization names the type that an object from CliXml, a job or another session is turned into. One
# expects it to set the properties that can be set, or to fail. For a type all of whose properties can be set it works,
# init-only ones and read-only structs too. One public property without a setter, such as a text made of two others, and
# the object stays a property bag of type "Deserialized.…": no error, no warning, no verbose message. It shows at the next
# command, whose typed parameter refuses it. A type converter of one's own is the way.
set -euo pipefail
cd "$(dirname "$0")"
source ./powershell.bash
begin_powershell 7.6.9

cat > script.ps1 <<'PS'
Add-Type -TypeDefinition @'
namespace Sample {
    public class Settable { public string Host { get; init; } public int Port { get; init; } }
    public class Computed { public string Host { get; init; } public int Port { get; init; } public string Address => Host + ":" + Port; }
}
'@
"PowerShell $($PSVersionTable.PSVersion)"
foreach ($type in [Sample.Settable], [Sample.Computed]) {
    Update-TypeData -TypeName "Deserialized.$type" -TargetTypeForDeserialization $type
    $object = [Activator]::CreateInstance($type)
    $Error.Clear()
    $received = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($object))
    "$($type.Name): $($received.PSTypeNames[0]), $($Error.Count) errors"
}
PS
run_powershell -File script.ps1 | tee said
grep -q '^Settable: Sample.Settable, 0 errors' said
grep -q '^Computed: Deserialized.Sample.Computed, 0 errors' said
