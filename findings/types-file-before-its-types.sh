#!/usr/bin/env bash
# PowerShell 7.6.9: a module's types file can't name a type of the module's own assembly, where a script is the root module.
#
# TargetTypeForDeserialization, in a types file, has objects from jobs and other sessions turned into what they were. One
# expects that a manifest's TypesToProcess is read when the module is loaded, with the types that its root module loads.
# It is read before the root module runs: the type is not known yet, and the import fails. With the assembly in
# RequiredAssemblies, or with Update-TypeData in the root module after it loaded the assembly, it works.
set -euo pipefail
cd "$(dirname "$0")"
source ./powershell.bash
begin_powershell 7.6.9

mkdir Sample
cat > Sample/make.ps1 <<'PS'
Add-Type -TypeDefinition 'namespace Sample { public class Thing { public string Name { get; set; } } }' -OutputAssembly "$PSScriptRoot/Sample.Types.dll"
PS
cat > Sample/Sample.types.ps1xml <<'XML'
<Types><Type><Name>Deserialized.Sample.Thing</Name><Members><MemberSet><Name>PSStandardMembers</Name><Members>
<NoteProperty><Name>TargetTypeForDeserialization</Name><Value>Sample.Thing</Value></NoteProperty>
</Members></MemberSet></Members></Type></Types>
XML
cat > Sample/Sample.psm1 <<'PS'
Add-Type -Path $PSScriptRoot/Sample.Types.dll
PS
cat > Sample/Sample.psd1 <<'PS'
@{ ModuleVersion = '1.0'; RootModule = 'Sample.psm1'; TypesToProcess = 'Sample.types.ps1xml' }
PS
cat > Sample/Required.psd1 <<'PS'
@{ ModuleVersion = '1.0'; RootModule = 'Sample.psm1'; TypesToProcess = 'Sample.types.ps1xml'; RequiredAssemblies = 'Sample.Types.dll' }
PS
run_powershell -File Sample/make.ps1

echo "PowerShell $(run_powershell -Command '"$($PSVersionTable.PSVersion)"')"
for manifest in Sample Required; do
    said=$(run_powershell -Command "try { Import-Module $work/Sample/$manifest.psd1 -ErrorAction Stop; 'imported' } catch { \$_.Exception.Message }" | tr '\n' ' ')
    echo "$manifest.psd1: $said"
    printf '%s' "$said" > "$manifest.said"
done
grep -q 'TargetTypeForDeserialization' Sample.said
grep -q '^imported' Required.said
