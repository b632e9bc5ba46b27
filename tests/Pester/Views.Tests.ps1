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
    Import-Module $PSScriptRoot/PgHaTest.psm1, $PSScriptRoot/Samples.psm1
    Import-Module (Get-PgHaTestModule)

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

    It 'is the same where the object came before the module was imported' {
        Format-Sample (Copy-BeforeImport $sample) | Should -BeExactly (Format-Sample $sample)
    }

    It 'is the same in every culture' {
        $plain = Format-Sample $sample
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $german = Format-Sample $sample
            [cultureinfo]::CurrentCulture = 'fi-FI'
            $finnish = Format-Sample $sample
        }
        finally { [cultureinfo]::CurrentCulture = $before }

        $german | Should -BeExactly $plain
        $finnish | Should -BeExactly $plain
    }

    It 'has no line of more than 80 columns in a console of that width' {
        (Format-Sample $sample 80) -split "`n" | ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum |
            Should -BeLessOrEqual 80
    }
}
