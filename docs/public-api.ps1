#requires -Version 7.4
<#
.SYNOPSIS
    Prints what scripts rely on: the cmdlets, their parameters and outputs, and the properties and values of the types of both.
.DESCRIPTION
    `./build.ps1 -Task Api` writes it to docs/public-api.txt. A test compares the two, so that a change is deliberate.
#>
[CmdletBinding()]
[OutputType([string])]
param(
    # The module.
    [string] $Module = "$PSScriptRoot/../PgHa.psd1"
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
Import-Module $Module
$common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
$seen = [Collections.Generic.HashSet[type]]::new()
$waiting = [Collections.Generic.Queue[type]]::new()

# A type of the module, and those that it is made of, are described later.
function Add-Described([type] $Type) {
    foreach ($part in @($Type.GetGenericArguments()) + @($Type.HasElementType ? $Type.GetElementType() : @())) { Add-Described $part }
    $isOwn = $Type.Namespace -eq 'PgHa' -and -not $Type.IsGenericType -and -not $Type.IsArray
    if ($isOwn -and $seen.Add($Type)) { $waiting.Enqueue($Type) }
}

function Get-TypeName([type] $Type) {
    Add-Described $Type
    if ($underlying = [Nullable]::GetUnderlyingType($Type)) { return "$(Get-TypeName $underlying)?" }
    [Microsoft.PowerShell.ToStringCodeMethods]::Type($Type) -replace '\b(PgHa|System(\.Collections\.Generic|\.Management\.Automation)?)\.(?=\w)'
}

function Get-ParameterLine($Cmdlet, $Parameter) {
    $sets = foreach ($set in $Cmdlet.ParameterSets) {
        $inSet = $set.Parameters | Where-Object Name -EQ $Parameter.Name
        if (-not $inSet) { continue }
        $how = @(
            if ($inSet.IsMandatory) { 'mandatory' }
            if ($inSet.Position -ge 0) { "position $($inSet.Position)" }
            if ($inSet.ValueFromPipeline) { 'by value' }
            if ($inSet.ValueFromPipelineByPropertyName) { 'by property name' }
            if ($inSet.ValueFromRemainingArguments) { 'remaining arguments' }
        ) -join ', '
        @{ Set = $set.Name; How = $how }
    }
    $same = @($sets.How | Sort-Object -Unique).Count -eq 1 -and @($sets).Count -eq $Cmdlet.ParameterSets.Count
    $words = @(
        if ($Parameter.Aliases) { "alias $(($Parameter.Aliases | Sort-Object) -join ', ')" }
        foreach ($attribute in $Parameter.Attributes) {
            if ($attribute -is [ValidateSet]) { "one of $($attribute.ValidValues -join ', ')" }
            if ($attribute -is [ValidateRange]) { "from $($attribute.MinRange) to $($attribute.MaxRange)" }
        }
        if ($same) { @($sets)[0].How | Where-Object { $_ } }
        else { $sets | Sort-Object { $_.Set } | ForEach-Object { $_.How ? "in $($_.Set): $($_.How)" : "in $($_.Set)" } }
    )
    ("    -$($Parameter.Name) $(Get-TypeName $Parameter.ParameterType)", $words | ForEach-Object { $_ }) -join '; '
}

'# Made by ./build.ps1 -Task Api. A change here is a change for those who use the module: CHANGELOG.md tells them.'
foreach ($cmdlet in Get-Command -Module PgHa | Sort-Object Name) {
    ''
    $default = $cmdlet.DefaultParameterSet -and $cmdlet.ParameterSets.Count -gt 1 ? " (set $($cmdlet.DefaultParameterSet))" : ''
    "$($cmdlet.Name)$default"
    foreach ($parameter in $cmdlet.Parameters.Values | Where-Object Name -NotIn $common | Sort-Object Name) {
        Get-ParameterLine $cmdlet $parameter
    }
    if ($cmdlet.OutputType) { "    emits $((($cmdlet.OutputType.Type | ForEach-Object { Get-TypeName $_ }) | Sort-Object) -join ', ')" }
}

$described = @{}
while ($waiting.Count -gt 0) {
    $type = $waiting.Dequeue()
    $described[$type.Name] = @(
        if ($type.IsEnum) { "    $([enum]::GetNames($type) -join ', ')" }
        else {
            $type.GetProperties('Instance, Public') | Where-Object { $_.GetIndexParameters().Count -eq 0 } | Sort-Object Name |
                ForEach-Object { "    $($_.Name) $(Get-TypeName $_.PropertyType)$($_.SetMethod?.IsPublic ? '; settable' : '')" }
        }
    )
}
foreach ($name in $described.Keys | Sort-Object) {
    ''
    "[PgHa.$name]"
    $described[$name]
}
