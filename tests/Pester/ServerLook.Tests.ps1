# Get-PgServerProcess and Get-PgServerLog, by SQL.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Looking at a server of PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $onHost = [PgHa.PgInstance]@{ Name = 'standby'; Port = $standby.Port; DataDirectory = "$area/standby" }
        { Invoke-Psql $primary 'select 1/0' } | Should -Throw
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'lists processes by SQL' {
        $processes = $primary, $standby | Get-PgServerProcess
        ($processes | Where-Object Kind -EQ walsender).Server | Should -Be $primary
        ($processes | Where-Object Kind -EQ walreceiver).Server | Should -Be $standby
        ($processes | Where-Object Kind -EQ startup).Lsn | Should -BeOfType ([PgHa.Lsn])
    }

    It 'lists processes on the host' {
        $processes = Get-PgServerProcess $onHost
        $processes[0].Kind | Should -Be 'postmaster'
        ($processes | Where-Object Kind -EQ startup).Activity | Should -Match '^(recovering|waiting for) 0000000100000000000000..$'
        $processes | Out-String -Width 100 | Should -Not -Match '…'
    }

    It 'says that a server that is down has no processes' {
        Get-PgServerProcess @{ Port = 1; DataDirectory = "$area" } -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'ServerNotRunning,PgHa.Commands.GetPgServerProcessCommand'
    }

    It 'reads the log by SQL, the newest entries or the grave ones' {
        $errors = Get-PgServerLog $primary -Severity Error
        $errors[-1].Message | Should -Be 'division by zero'
        $errors[-1].Statement | Should -Be 'select 1/0'
        @(Get-PgServerLog $primary -Tail 2).Count | Should -Be 2
        Get-PgServerLog $primary -Since ([DateTime]::Now.AddHours(1)) | Should -BeNullOrEmpty
        $errors | Out-String -Width 100 | Should -Match 'Statement: select 1/0'
    }

    It 'reads the log on the host' {
        (Get-PgServerLog $onHost).Message -match 'started streaming WAL from primary' | Should -Not -BeNullOrEmpty
    }
}
