# A script that worked with the last version works with this one, unless the change is meant.

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $docs = Resolve-Path $PSScriptRoot/../../docs
    $now = & $docs/public-api.ps1 -Module (Get-PgHaTestModule)
}

Describe 'The public interface' {
    It 'is what docs/public-api.txt says: after a deliberate change, ./build.ps1 -Task Api renews the file' {
        $difference = Compare-Object @(Get-Content $docs/public-api.txt) $now -SyncWindow 100 |
            ForEach-Object { $_.SideIndicator -eq '=>' ? "+ $($_.InputObject)" : "- $($_.InputObject)" }

        $difference -join "`n" | Should -BeNullOrEmpty
    }

    It 'has every cmdlet and the types of its outputs' {
        $now | Where-Object { $_ -match '^[A-Z]\w+-Pg\w+' } | ForEach-Object { ($_ -split ' ')[0] } |
            Should -Be ((Get-Command -Module PgHa).Name | Sort-Object)
        foreach ($type in (Get-Command -Module PgHa).OutputType.Type | Where-Object Namespace -EQ 'PgHa') {
            $now | Should -Contain "[PgHa.$($type.Name)]"
        }
    }
}
