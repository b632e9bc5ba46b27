# Each view shows the same whatever the caller's preferences are, and fits into a console of 80 columns.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $types = (Get-Command -Module PgHa).OutputType.Type |
        Where-Object { $_.FullName -like 'PgHa.*' -and $_.Name -notlike '*Session' -and $_.GetConstructors() } |
        Sort-Object FullName -Unique
    $shown = foreach ($type in $types) {
        @{ Type = $type; Filling = 'nothing but what it must have' }
        @{ Type = $type; Filling = 'everything' }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)

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

    function Format-Sample($Sample, [int] $Width = 120) {
        ($Sample | Out-String -Width $Width) -replace '\e\[[0-9;]*m'
    }
}

Describe 'The view of <Type> with <Filling>' -ForEach $shown {
    BeforeAll { $sample = New-Sample $Type ($Filling -eq 'everything') }

    It 'is the same under Set-StrictMode' {
        $plain = Format-Sample $sample
        $strict = & { Set-StrictMode -Version Latest; Format-Sample $sample }

        $strict | Should -BeExactly $plain
        $plain | Should -Not -BeNullOrEmpty
    }

    It 'raises no error' {
        $before = $Error.Count
        & { Set-StrictMode -Version Latest; Format-Sample $sample } | Out-Null

        $Error.Count | Should -Be $before -Because "$($Error[0])"
    }

    It 'is the same after a way through CliXml' {
        $sample | Export-Clixml $TestDrive/sample.xml

        Format-Sample (Import-Clixml $TestDrive/sample.xml) | Should -BeExactly (Format-Sample $sample)
    }

    It 'has no line of more than 80 columns in a console of that width' {
        (Format-Sample $sample 80) -split "`n" | ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum |
            Should -BeLessOrEqual 80
    }
}
