# Objects of PgHa's types, for tests that go over all of them. They import the module first.

# A session that has not imported it.
$script:stranger = $null

# An object of a type: with all its properties, or only with those it cannot be without.
function New-Sample([type] $Type, [bool] $IsFull, [int] $Depth = 0) {
    $given = [Nullable]::GetUnderlyingType($Type)
    if ($given) { $Type = $given }
    if ($Type.IsGenericType -and $Type.GetGenericTypeDefinition() -eq [System.Collections.Generic.IReadOnlyList`1]) {
        $element = $Type.GetGenericArguments()[0]
        $items = [Array]::CreateInstance($element, $IsFull -and $Depth -lt 2 ? 1 : 0)
        if ($items.Length) { $items.SetValue((New-Sample $element $IsFull ($Depth + 1)), 0) }
        return , $items
    }
    switch ($Type) {
        { $_.IsEnum } { return [Enum]::GetValues($Type)[0] }
        ([string]) { return 'text' }
        ([PgHa.PgInstance]) { return [PgHa.PgInstance]'db1:5433' }
        ([PgHa.HbaRule]) { return [PgHa.HbaRule]::Parse('host all all 10.0.0.0/8 scram-sha-256') }
        ([PgHa.SynchronousStandbyNames]) { return [PgHa.SynchronousStandbyNames]::Parse('ANY 1 (a, b)') }
        ([PgHa.ServerVersion]) { return [PgHa.ServerVersion]::Parse('15.3') }
        ([datetimeoffset]) { return [datetimeoffset]'2026-03-04 05:06:07 +02:00' }
        ([timespan]) { return [timespan]'00:01:02' }
        ([PgHa.WalSegmentSize]) { return [PgHa.WalSegmentSize]::new(16MB) }
        { $_ -in [System.Collections.Generic.IReadOnlyDictionary[string, string]] } {
            return , [System.Collections.Generic.Dictionary[string, string]]::new()
        }
        { $_.IsPrimitive } { return 7 -as $Type }
    }
    # What lies deeper no view shows, and some types hold others of their own kind.
    if ($Depth -gt 2 -and -not $Type.IsValueType) { return $null }
    $constructor = $Type.GetConstructors() | Sort-Object { $_.GetParameters().Count } | Select-Object -Last 1
    if (-not $constructor) { return $null }
    $sample = $constructor.Invoke(
        @(foreach ($parameter in $constructor.GetParameters()) { New-Sample $parameter.ParameterType $IsFull ($Depth + 1) }))
    foreach ($property in $Type.GetProperties() | Where-Object CanWrite) {
        $isRequired = $property.CustomAttributes.AttributeType.Name -contains 'RequiredMemberAttribute'
        if ($isRequired -or ($IsFull -and $Depth -lt 2)) {
            $property.SetValue($sample, (New-Sample $property.PropertyType $IsFull ($Depth + 1)))
        }
    }
    , $sample
}

# What Receive-Job or Invoke-Command makes of an object in a session that has not imported the module: a bag of properties.
function Copy-BeforeImport($Value) {
    # This depth is what PowerShell sends from another session; PgHa's objects say their own.
    $text = [System.Management.Automation.PSSerializer]::Serialize($Value, 1)
    if (-not $script:stranger) { $script:stranger = [powershell]::Create([initialsessionstate]::CreateDefault2()) }
    $script:stranger.Commands.Clear()
    $null = $script:stranger.AddScript('[System.Management.Automation.PSSerializer]::Deserialize($args[0])').AddArgument($text)
    , $script:stranger.Invoke()[0]
}

Export-ModuleMember -Function New-Sample, Copy-BeforeImport
