# Enable- and Disable-PgArchiving.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Archiving on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $archive = "$area/it's 100% `"mine`""

        function Invoke-Switch($Server) {
            $null = Invoke-LocalSql $Server 'create table if not exists t (a int); insert into t values (1)' $ToolsDirectory
            $null = Invoke-LocalSql $Server 'select pg_switch_wal()' $ToolsDirectory
            $deadline = (Get-Date).AddSeconds(30)
            while ([int](Invoke-LocalSql $Server 'select archived_count from pg_stat_archiver' $ToolsDirectory) -lt 1) {
                if ((Get-Date) -gt $deadline) {
                    throw "Nothing was archived: $(Invoke-LocalSql $Server 'select * from pg_stat_archiver' $ToolsDirectory)"
                }
                Start-Sleep -Milliseconds 50
            }
        }

        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory |
            Enable-PgArchiving $archive -PassThru |
            Start-PgInstance -PassThru
        Invoke-Switch $server
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'fills an archive of any name with whole segments, and nothing else' {
        $files = Get-ChildItem -LiteralPath $archive -Force
        $files[0].Name | Should -Be '000000010000000000000001'
        $files.Length | ForEach-Object { $_ | Should -Be 16MB }
        Invoke-LocalSql $server 'select failed_count from pg_stat_archiver' $ToolsDirectory | Should -Be 0
    }

    It 'is turned on once' {
        $before = Get-Content "$($server.DataDirectory)/postgresql.conf"
        $server | Enable-PgArchiving $archive -Verbose 4>&1 | Should -Match 'nothing to change'
        Get-Content "$($server.DataDirectory)/postgresql.conf" | Should -Be $before
    }

    It 'is paused at once, and turned off by a restart' {
        $other = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name other |
            Enable-PgArchiving $area/other-archive -PassThru | Start-PgInstance -PassThru
        $other | Disable-PgArchiving -Pause
        Invoke-LocalSql $other 'show archive_command' $ToolsDirectory | Should -BeNullOrEmpty
        $other | Disable-PgArchiving -PassThru -WarningAction SilentlyContinue -WarningVariable warned | Restart-PgInstance
        $warned | Should -Match 'archive_mode will take effect at the next restart'
        Invoke-LocalSql $other 'show archive_mode' $ToolsDirectory | Should -Be 'off'
        $other | Stop-PgInstance
    }

    It 'refuses an archive: <Id>' -ForEach @(
        @{ Id = 'ArchiveDirectoryNotFound'; Directory = { "$area/missing/archive" } }
        @{ Id = 'ArchiveDirectoryNotWritable'; Directory = { "$area/readonly" } }
        @{ Id = 'ArchiveOfAnotherSystem'; Directory = { $archive } }
        @{ Id = 'ArchiveInDataDirectory'; Directory = { "$area/refused-$Id/archive" } }
        @{ Id = 'NotADirectory'; Directory = { "$area/a-file" } }
        @{ Id = 'ArchivePathNotUsable'; Directory = { "$area/a`nb" } }
    ) {
        if (-not (Test-Path $area/readonly)) { $null = New-Item $area/readonly -ItemType Directory; chmod 555 $area/readonly }
        Set-Content $area/a-file ''
        $refused = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name "refused-$Id"

        $refused | Enable-PgArchiving (& $Directory) -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty

        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.EnablePgArchivingCommand"
        $failed.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        ($refused | Get-PgSetting archive_mode).Value | Should -Be 'off'
    }

    It 'makes no archive with -WhatIf' {
        $planned = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name planned
        $planned | Enable-PgArchiving $area/planned-archive -WhatIf
        "$area/planned-archive" | Should -Not -Exist
        ($planned | Get-PgSetting archive_mode).Value | Should -Be 'off'
    }
}
