# New-, Get-, Start-, Stop-, Restart- and Remove-PgInstance.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
    # What does not depend on the version is tried with one.
    $one = @($majors | Where-Object Major -EQ 15) + $majors | Select-Object -First 1
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'A server of PostgreSQL <Major>' -ForEach $majors {
    BeforeAll { $area = New-PgHaTestArea }
    AfterAll { $area | Remove-PgHaTestArea }

    It 'is made, configured, started, restarted, stopped and removed in pipelines' {
        $port = Get-PgHaTestPort
        $server = New-PgInstance node20 -DataDirectory $area/node20 -Port $port -BinDirectory $BinDirectory -NoSync |
            Set-PgSetting @{ wal_level = 'replica'; max_wal_senders = 10; max_replication_slots = 10 } -PassThru |
            Enable-PgArchiving -ArchiveDirectory $area/archive20 -PassThru |
            Start-PgInstance -PassThru

        $server | Should -BeOfType ([PgHa.PgInstance])
        "$server" | Should -Be "node20@127.0.0.1:$port"
        $server.Version.Major | Should -Be $Major
        Invoke-LocalSql $server 'show cluster_name' $ToolsDirectory | Should -Be 'node20'
        Invoke-LocalSql $server 'show archive_mode' $ToolsDirectory | Should -Be 'on'

        ($server | Restart-PgInstance -PassThru) | Should -Be $server
        Invoke-LocalSql $server 'select 1' $ToolsDirectory | Should -Be 1
        ($server | Stop-PgInstance -PassThru) | Should -Be $server
        { Invoke-LocalSql $server 'select 1' $ToolsDirectory } | Should -Throw

        $server | Remove-PgInstance -Confirm:$false
        $server.DataDirectory | Should -Not -Exist
    }

    It 'is found by its directory, its folder and its name, running or not' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name found
        $server | Should -Be (Get-PgInstance -DataDirectory $server.DataDirectory | ForEach-Object { [PgHa.PgInstance]@{
            Name = $_.Name; Host = $_.Host; Port = $_.Port; SocketDirectory = $_.SocketDirectory
            DataDirectory = $_.DataDirectory; Version = $_.Version; BinDirectory = $BinDirectory } })
        $server = $server | Start-PgInstance -PassThru
        Get-PgInstance found -Path $area | Should -Be $server
        Get-PgInstance foun* | Should -Be $server
        (Get-Item $server.DataDirectory | Get-PgInstance) | Should -Be $server
    }

    It 'is no base backup: one in the folder is left out' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name kept -Start
        $tools = @{ BinDirectory = $ToolsDirectory }
        $backup = $server | New-PgBaseBackup -BackupDirectory (Join-Path $area folder backup) @tools
        $clone = $server | New-PgBaseBackup -Name clone -DataDirectory (Join-Path $area folder clone) -Port (Get-PgHaTestPort) @tools

        (Get-PgInstance -Path (Join-Path $area folder)).DataDirectory | Should -Be $clone.DataDirectory
        (Get-PgInstance -DataDirectory $backup.Directory).DataDirectory | Should -Be $backup.Directory
    }
}

Describe 'Servers, on PostgreSQL <Major>' -ForEach $one {
    BeforeAll {
        $area = New-PgHaTestArea
        $running = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name running -Start
        $stopped = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name stopped
        $secret = 'it''s "secret" \ & more'

        function Add-Line($Server, [string] $File, [string] $Line) {
            Add-Content "$($Server.DataDirectory)/$File" $Line
            if ([Environment]::IsPrivilegedProcess) { chown "$(Get-PgHaTestUser)" "$($Server.DataDirectory)/$File" }
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'are started and stopped twice without a complaint' {
        $twice = $stopped | Start-PgInstance -PassThru | Start-PgInstance -PassThru
        $twice | Should -Be $stopped
        $twice | Stop-PgInstance -PassThru | Stop-PgInstance
    }

    It 'are left alone by -WhatIf' {
        New-PgInstance planned -DataDirectory $area/planned -BinDirectory $BinDirectory -WhatIf | Should -BeNullOrEmpty
        "$area/planned" | Should -Not -Exist
        $stopped | Start-PgInstance -WhatIf
        "$area/stopped/postmaster.pid" | Should -Not -Exist
        $running | Stop-PgInstance -WhatIf
        $running | Restart-PgInstance -WhatIf
        $running, $stopped | Remove-PgInstance -Force -WhatIf
        Invoke-LocalSql $running 'select 1' $ToolsDirectory | Should -Be 1
        "$area/stopped/PG_VERSION" | Should -Exist
    }

    It 'take a superuser''s password that is nowhere to be read' {
        $admin = New-LocalLogin admin $secret
        $streams = & {
            $place = @{ DataDirectory = "$area/secretive"; Port = (Get-PgHaTestPort); BinDirectory = $BinDirectory }
            New-PgInstance secretive @place -NoSync -SuperuserCredential $admin -Verbose -Debug |
                Start-PgInstance -PassThru -Verbose -Debug
        } *>&1
        $server = $streams | Where-Object { $_ -is [PgHa.PgInstance] }

        Invoke-LocalSql $server 'select current_user' $ToolsDirectory -Login $admin | Should -Be 'admin'
        { Invoke-LocalSql $server 'select 1' $ToolsDirectory -Login (New-LocalLogin admin wrong) } |
            Should -Throw '*password authentication failed*'
        $streams | Out-String | Should -Not -Match '"secret"'
        Find-LocalText $area/secretive '"secret"' | Should -BeNullOrEmpty
    }

    It 'say by whom the port is taken' {
        $other = New-PgInstance other -DataDirectory $area/other -Port $running.Port -BinDirectory $BinDirectory -NoSync
        $other, $running | Start-PgInstance -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed | Should -Be $running

        $failed.FullyQualifiedErrorId | Should -Be 'PortInUse,PgHa.Commands.StartPgInstanceCommand'
        $failed.CategoryInfo.Category | Should -Be 'ResourceExists'
        $failed.TargetObject | Should -Be $other
        "$failed" | Should -Match ([regex]::Escape($running.DataDirectory))
        $failed.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'say by which program the port is taken' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $stopped.Port)
        $listener.Start()
        try { $stopped | Start-PgInstance -ErrorAction SilentlyContinue -ErrorVariable failed }
        finally { $listener.Stop() }
        $failed.FullyQualifiedErrorId | Should -Be 'PortInUse,PgHa.Commands.StartPgInstanceCommand'
        "$failed" | Should -Match "process $PID "
    }

    It 'refuse a directory that is not empty, and say what is in it' {
        $taken = @{ DataDirectory = $running.DataDirectory; BinDirectory = $BinDirectory }
        New-PgInstance again @taken -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'DirectoryNotEmpty,PgHa.Commands.NewPgInstanceCommand'
        "$failed" | Should -Match "PostgreSQL $Major with system identifier \d{19}"
        Invoke-LocalSql $running 'select 1' $ToolsDirectory | Should -Be 1

        $null = New-Item "$TestDrive/home/letters" -ItemType Directory
        New-PgInstance again -DataDirectory $TestDrive/home -BinDirectory $BinDirectory -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'DirectoryNotEmpty,PgHa.Commands.NewPgInstanceCommand'
        "$failed" | Should -Match 'letters'
    }

    It 'fill an existing empty directory' {
        $null = New-Item $area/empty -ItemType Directory
        $made = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name empty -Start
        Invoke-LocalSql $made 'show cluster_name' $ToolsDirectory | Should -Be 'empty'
    }

    It 'say <Id> of a new one' -ForEach @(
        @{ Id = 'ServerProgramsNotFound'; Change = @{ BinDirectory = '/nowhere' } }
        @{ Id = 'DirectoryNameNotUsable'; Change = @{ DataDirectory = '/tmp/$(id)' } }
        @{ Id = 'InvalidInstanceName'; Change = @{ Name = 'Grüße' } }
        @{ Id = 'InitializationFailed'; Change = @{ Encoding = 'KLINGON' } }
        @{ Id = 'MalformedText'; Change = @{ Version = 'latest' } }
    ) {
        $arguments = @{ Name = 'refused'; DataDirectory = "$area/refused"; BinDirectory = $BinDirectory }
        foreach ($key in $Change.Keys) { $arguments[$key] = $Change[$key] }
        New-PgInstance @arguments -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.NewPgInstanceCommand"
        Get-ChildItem $area -Filter refused* | Should -BeNullOrEmpty
    }

    It 'say <Id> of a start' -ForEach @(
        @{ Id = 'ConfigurationInvalid'; Needle = 'wal_level'; Break = { Add-Line $broken postgresql.conf 'wal_level = chatty' } }
        @{ Id = 'LeftoverRecoveryConf'; Needle = 'recovery.conf'; Break = { Add-Line $broken recovery.conf 'standby_mode = on' } }
        @{ Id = 'HbaFileInvalid'; Needle = 'pg_hba.conf'; Break = { Add-Line $broken pg_hba.conf 'host all all' } }
        @{ Id = 'StandbySettingsTooLow'; Needle = 'max_connections = 20 \(primary: 100\)'; Break = {
            Add-Line $broken postgresql.conf 'max_connections = 20'
            if ($Major -lt 12) { Add-Line $broken recovery.conf 'standby_mode = on' } else { Add-Line $broken standby.signal '' }
        } }
        @{
            Id = 'SocketDirectoryNotWritable'; Needle = '/nowhere'
            Break = { Add-Line $broken postgresql.conf "unix_socket_directories = '/nowhere'" }
        }
        @{
            Id = 'ListenAddressNotUsable'; Needle = '192\.0\.2\.1'
            Break = { Add-Line $broken postgresql.conf "listen_addresses = '192.0.2.1'" }
        }
        @{ Id = 'NotADataDirectory'; Needle = 'PG_VERSION'; Break = { Remove-Item "$($broken.DataDirectory)/PG_VERSION" } }
    ) {
        if ($Id -eq 'LeftoverRecoveryConf' -and $Major -lt 12) { Set-ItResult -Skipped -Because "PostgreSQL $Major reads it"; return }
        $broken = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name "broken-$Id"
        . $Break

        $broken | Start-PgInstance -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.StartPgInstanceCommand"
        "$failed" | Should -Match $Needle
        "$failed" | Should -Match ([regex]::Escape(($Id -eq "NotADataDirectory") ? $broken.DataDirectory : "$broken"))
        $failed.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$area/broken-$Id/postmaster.pid" | Should -Not -Exist
    }

    It 'are removed while running by force only, and only if they are servers' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name gone -Start
        $server | Remove-PgInstance -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'InstanceRunning,PgHa.Commands.RemovePgInstanceCommand'
        $server | Remove-PgInstance -Force -Confirm:$false
        $server.DataDirectory | Should -Not -Exist

        $null = New-Item $area/letters/to-keep -ItemType Directory
        @{ Name = 'x'; DataDirectory = "$area/letters" } |
            Remove-PgInstance -Force -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'NotADataDirectory,PgHa.Commands.RemovePgInstanceCommand'
        "$area/letters/to-keep" | Should -Exist
    }

    It 'that are no servers of this machine are said to need host access' {
        foreach ($command in 'Start', 'Stop', 'Restart') {
            & "$command-PgInstance" 127.0.0.1:1 -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be "HostAccessRequired,PgHa.Commands.${command}PgInstanceCommand"
        }
    }

    It 'that are not there are an error by name, and none by wildcard' {
        Get-PgInstance nobody -Path $area -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'InstanceNotFound,PgHa.Commands.GetPgInstanceCommand'
        Get-PgInstance nobody* -Path $area -ErrorAction Stop | Should -BeNullOrEmpty
        Get-PgInstance -DataDirectory $TestDrive -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'NotADataDirectory,PgHa.Commands.GetPgInstanceCommand'
    }

    It 'that do not run are found by the path of their data directory, also beside a name' {
        Get-PgInstance "$($stopped.DataDirectory)/" | Should -Be $stopped
        (Get-PgInstance $stopped.DataDirectory, no-such-*).DataDirectory | Should -Be $stopped.DataDirectory
        Get-PgInstance $TestDrive/nowhere -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'outlive the PowerShell that started them' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name orphan
        & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command "Import-Module '$(Get-PgHaTestModule)';
            @{ Name = 'orphan'; DataDirectory = '$($server.DataDirectory)'; BinDirectory = '$BinDirectory' } | Start-PgInstance"
        Invoke-LocalSql $server 'select 1' $ToolsDirectory | Should -Be 1
    }

    It 'are not held up in a smart stop by the command before in the pipeline' {
        $running | Start-PgInstance
        $running | Get-PgSetting work_mem, port | ForEach-Object { $running | Stop-PgInstance -Mode Smart -Timeout 10 -ErrorAction Stop }
        { Invoke-LocalSql $running 'select 1' $ToolsDirectory } | Should -Throw
        $running | Start-PgInstance
    }

    It 'say what a stop waits for when it takes too long' {
        $output = @{ RedirectStandardOutput = "$TestDrive/out"; RedirectStandardError = "$TestDrive/err" }
        $session = Start-Process "$ToolsDirectory/psql" -PassThru @output -ArgumentList @(
            '-X', '-h', $running.SocketDirectory, '-p', $running.Port, '-U', 'postgres', '-d', 'postgres', '-c', '"select pg_sleep(60)"')
        try {
            while ((Invoke-LocalSql $running "select count(*) from pg_stat_activity
                where query = 'select pg_sleep(60)'" $ToolsDirectory) -ne 1) {
                Start-Sleep -Milliseconds 50
            }
            $running | Stop-PgInstance -Mode Smart -Timeout 2 -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'OperationTimeout,PgHa.Commands.StopPgInstanceCommand'
            "$failed" | Should -Match 'postgres postgres \[local\] SELECT'
        }
        finally { $session | Stop-Process -ErrorAction Ignore }
        $running | Stop-PgInstance
    }
}
