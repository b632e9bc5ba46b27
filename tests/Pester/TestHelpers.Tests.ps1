BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
}

Describe 'A test area' {
    It 'belongs to the user who runs the servers' {
        $area = New-PgHaTestArea

        $area.User | Should -Be (Get-PgHaTestUser)
        $area | Remove-PgHaTestArea
        $area.FullName | Should -Not -Exist
    }
}

Describe 'Test ports' {
    It 'are adjacent and handed out once' {
        $three = Get-PgHaTestPort -Count 3
        $next = Get-PgHaTestPort

        $three | Should -Be @($three[0], ($three[0] + 1), ($three[0] + 2))
        $next | Should -Be ($three[0] + 3)
    }
}

Describe 'PostgreSQL <Major>' -ForEach (Get-PgHaTestMajor) {
    It 'has its server, and a pg_basebackup that clones it' {
        & $BinDirectory/postgres --version | Should -Match "\(PostgreSQL\) $Major\."
        $tools = & $ToolsDirectory/pg_basebackup --version
        [int]($tools -replace '^.*\(PostgreSQL\) (\d+).*$', '$1') | Should -BeGreaterOrEqual $Major
    }
}
