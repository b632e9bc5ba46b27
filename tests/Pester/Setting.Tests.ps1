# Get-, Set- and Reset-PgSetting.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Settings on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $running = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name running -Start
        $stopped = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name stopped
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'take effect on a running server, and say what waits for a restart' {
        $running | Set-PgSetting @{
            work_mem = '8MB'; max_connections = 150; log_checkpoints = $true
        } -PassThru -WarningVariable warned -WarningAction SilentlyContinue | Should -Be $running

        Invoke-LocalSql $running 'show work_mem' $ToolsDirectory | Should -Be '8MB'
        $warned | Should -Match 'max_connections will take effect at the next restart'
        ($running | Get-PgSetting -PendingRestart).Name | Should -Be 'max_connections'
        ($running | Get-PgSetting log_checkpoints).Value | Should -Be 'on'
        $setting = $running | Get-PgSetting WORK_MEM
        $setting.Value, $setting.Default, $setting.Unit | Should -Be '8MB', '4MB', 'kB'

        $running | Set-PgSetting @{ max_connections = 100 }
        $running | Get-PgSetting -PendingRestart | Should -BeNullOrEmpty
    }

    It 'are in the files of a stopped server, and in effect once it is started' {
        $stopped | Set-PgSetting @{ work_mem = '6MB' } -PassThru | Set-PgSetting -Name maintenance_work_mem -Value 7MB
        ($stopped | Get-PgSetting work_mem).Value | Should -Be '6MB'
        ($stopped | Get-PgSetting wal_level).Value | Should -Be 'replica'
        $stopped | Start-PgInstance
        Invoke-LocalSql $stopped 'show work_mem' $ToolsDirectory | Should -Be '6MB'
        Invoke-LocalSql $stopped "select setting from pg_settings where name = 'maintenance_work_mem'" $ToolsDirectory | Should -Be 7168

        # What was written to postgresql.conf is reset on the running server, too.
        $stopped | Reset-PgSetting work_mem, maintenance_work_mem
        Invoke-LocalSql $stopped 'show work_mem' $ToolsDirectory | Should -Be '4MB'
        $stopped | Stop-PgInstance
    }

    It 'that are so already are a note' {
        $running | Set-PgSetting @{ work_mem = '16MB' }
        $running | Set-PgSetting @{ work_mem = '16384kB' } -Verbose 4>&1 | Should -Match 'nothing to change'
        $stopped | Set-PgSetting @{ work_mem = '16MB' }
        $stopped | Set-PgSetting @{ work_mem = '16MB' } -Verbose 4>&1 | Should -Match 'nothing to change'
    }

    It 'that PowerShell reads as bytes are not taken for as many kB' {
        $stopped | Set-PgSetting @{ work_mem = 64MB } -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'AmbiguousSettingValue,PgHa.Commands.SetPgSettingCommand'
        $stopped | Set-PgSetting -Name temp_buffers -Value 64MB
        ($stopped | Get-PgSetting temp_buffers).Value | Should -Be '64MB'
    }

    It 'are refused as a whole when one is wrong: <Id> <Which>' -ForEach @(
        @{
            Id = 'InvalidSettingValue'; Which = 'running'; Bad = @{ work_mem = '5MB'; wal_level = 'chatty' }
            Says = 'minimal, replica, logical'
        }
        @{
            Id = 'InvalidSettingValue'; Which = 'stopped'; Bad = @{ work_mem = '5MB'; wal_level = 'chatty' }
            Says = 'minimal, replica, logical'
        }
        @{ Id = 'InvalidSettingValue'; Which = 'stopped'; Bad = @{ work_mem = '5parsec' }; Says = 'Valid units' }
        @{ Id = 'SettingNotFound'; Which = 'running'; Bad = @{ work_mem = '5MB'; max_conections = 5 }; Says = 'max_conections' }
        @{ Id = 'SettingNotFound'; Which = 'stopped'; Bad = @{ work_mem = '5MB'; max_conections = 5 }; Says = 'max_conections' }
        @{ Id = 'SettingNotChangeable'; Which = 'running'; Bad = @{ block_size = 4096 }; Says = '8192' }
    ) {
        $server = Get-Variable $Which -ValueOnly
        $before = Get-Content "$($server.DataDirectory)/postgresql.conf", "$($server.DataDirectory)/postgresql.auto.conf" |
            Where-Object { $_ -notmatch '^#' }

        $server | Set-PgSetting $Bad -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty

        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.SetPgSettingCommand"
        "$failed" | Should -Match $Says
        $failed.TargetObject | Should -Be $server
        if ($Bad.Contains('max_conections')) { $failed.ErrorDetails.RecommendedAction | Should -Match 'max_connections' }
        Get-Content "$($server.DataDirectory)/postgresql.conf", "$($server.DataDirectory)/postgresql.auto.conf" |
            Where-Object { $_ -notmatch '^#' } | Should -Be $before
    }

    It 'are shown as a difference by -WhatIf, without passwords, and not changed' {
        $shown = & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command "
            Import-Module '$(Get-PgHaTestModule)'
            Get-PgInstance -Path '$area' |
                Set-PgSetting @{ work_mem = '3MB'; application_name = 'host=a password=s3cret' } -WhatIf" | Out-String
        $shown | Should -Match 'ALTER SYSTEM SET "work_mem" = ''3MB'''
        $shown | Should -Match '\+work_mem = 3MB'
        $shown | Should -Not -Match 's3cret'
        Invoke-LocalSql $running 'show work_mem' $ToolsDirectory | Should -Not -Be '3MB'
    }

    It 'are read with SQL access only, and missing ones are an error by name only' {
        $remote = [PgHa.PgInstance]@{ Host = $running.SocketDirectory; Port = $running.Port }
        ($remote | Get-PgSetting wal_le*).Name | Should -Be 'wal_level'
        $remote | Set-PgSetting @{ work_mem = '9MB' }
        Invoke-LocalSql $running 'show work_mem' $ToolsDirectory | Should -Be '9MB'
        $remote | Get-PgSetting nosuch* -ErrorAction Stop | Should -BeNullOrEmpty
        $remote | Get-PgSetting wal_levle -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'SettingNotFound,PgHa.Commands.GetPgSettingCommand'
    }
}
