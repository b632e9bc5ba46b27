# Get-PgArchiveStatus on servers whose archive works, fails, hangs and is missing.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'The archive status on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        # For pg_basebackup.
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea

        function Complete-WalFile([int] $Count = 1) {
            foreach ($file in 1..$Count) {
                $null = Invoke-LocalSql $server "select txid_current(); select pg_logical_emit_message(false, 'test', 'x')" $ToolsDirectory
                $server | Invoke-PgWalSwitch
            }
        }

        function Wait-Status([scriptblock] $Condition, $Of = $server) {
            $deadline = [DateTime]::UtcNow.AddSeconds(60)
            while ($true) {
                $status = $Of | Get-PgArchiveStatus
                if ($status | Where-Object $Condition) { return $status }
                if ([DateTime]::UtcNow -gt $deadline) { throw "Not before the deadline: $Condition; $($status | Format-List | Out-String)" }
                Start-Sleep -Milliseconds 100
            }
        }

        # The archiver waits for a minute after three failures, unless another file is completed.
        function Set-ArchiveCommand([string] $Command) { $server | Set-PgSetting @{ archive_command = $Command } }

        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory |
            Enable-PgArchiving $area/archive -PassThru | Start-PgInstance -PassThru
        $null = Invoke-LocalSql $server "create role plain login password 'secret';
            create role watcher login password 'secret' in role pg_monitor" $ToolsDirectory
        $plain, $watcher = 'plain', 'watcher' | ForEach-Object { New-LocalLogin $_ secret }
        $first = Complete-WalFile
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'tells what was archived, as the server does' {
        $status = Wait-Status { $_.ArchivedCount -ge 1 -and $_.Backlog.Files -eq 0 }

        $status.LastArchivedFile | Should -Be "$($first.FileName)"
        $status.LastArchivedTime | Should -BeOfType ([DateTimeOffset])
        "$($status.Mode) $($status.Role) $($status.IsArchiving) $($status.IsStuck)" | Should -Be 'On Primary True False'
        $status.Command | Should -Be (Invoke-LocalSql $server 'show archive_command' $ToolsDirectory)
        $status.Diagnosis | Should -BeNullOrEmpty
        $status.Server | Should -Be $server
    }

    It 'says that archiving fails, since when and what it costs' {
        $before = Wait-Status { $_.Backlog.Files -eq 0 }
        Set-ArchiveCommand '/bin/false'
        $waiting = Complete-WalFile 2
        try {
            $status = Wait-Status { $_.Backlog.Files -eq 2 -and $_.LastFailedTime -gt $before.LastArchivedTime }
            $status.IsStuck | Should -BeTrue
            $status.Findings.Cause | Should -Be 'ArchivingFails'
            $status.Diagnosis | Should -Match "cannot archive $($waiting[0].FileName)"
            $status.LastFailedFile | Should -Be "$($waiting[0].FileName)"
            "$($status.Backlog)" | Should -Be '2 files (32 MB)'
            "$($status.Backlog.IsEstimated)" | Should -Be False
            # The time of a file is in whole seconds.
            $status.Backlog.OldestSince | Should -BeGreaterOrEqual $before.LastArchivedTime.AddSeconds(-1)
            [PgHa.WalFileName]::At(1, $status.Backlog.OldestLsn, [PgHa.WalSegmentSize]::Default) | Should -Be $waiting[0].FileName
            $status | Out-String | Should -Match 'cannot archive'
        }
        finally {
            Set-ArchiveCommand $before.Command
            $null = Complete-WalFile
        }
        (Wait-Status { $_.Backlog.Files -eq 0 }).IsStuck | Should -BeFalse
    }

    It 'says that the command hangs' {
        $before = Wait-Status { $_.Backlog.Files -eq 0 }
        Set-Content $area/hold ''
        Set-ArchiveCommand "while test -e $area/hold; do sleep 0.1; done; false"
        try {
            $null = Complete-WalFile
            # After the minute that it is given, for which the file is made older, and what was before forgotten. The
            # archiver's reports arrive late on the older majors.
            $null = Wait-Status {
                $null = Invoke-LocalSql $server "select pg_stat_reset_shared('archiver')" $ToolsDirectory
                $_.Backlog.Files -eq 1 -and -not $_.LastArchivedTime -and -not $_.LastFailedTime
            }
            Get-Item "$($server.DataDirectory)/pg_wal/archive_status/*.ready" | ForEach-Object { touch -d '-5 minutes' $_ }
            $status = Wait-Status { $_.Findings }

            $status.Findings.Cause | Should -Be 'ArchivingStalled'
            $status.Diagnosis | Should -Match 'has archived nothing for 5 min.* the command hangs'
            $status.IsStuck | Should -BeTrue
            $status.FailedCount | Should -Be 0
        }
        finally {
            Set-ArchiveCommand $before.Command
            Remove-Item $area/hold
            $null = Complete-WalFile
        }
        (Wait-Status { $_.Backlog.Files -eq 0 }).IsStuck | Should -BeFalse
    }

    It 'tells what a standby archives by itself' {
        $standby = $server | New-PgBaseBackup standby -DataDirectory $area/standby -Port (Get-PgHaTestPort) -NoSync
        $standby | Set-PgRecoveryConf -Upstream $server
        $standby | Enable-PgArchiving $area/archive_of_standby -Mode Always
        $standby | Start-PgInstance
        try {
            $standby | Wait-PgReplication
            $file = Complete-WalFile
            $status = Wait-Status { $_.LastArchivedFile -eq "$($file.FileName)" } -Of $standby

            "$($status.Mode) $($status.Role) $($status.IsArchiving) $($status.IsStuck)" | Should -Be 'Always Standby True False'
            Test-Path $area/archive_of_standby/$($file.FileName) | Should -BeTrue
            $status | Out-String | Should -Match 'standby .*always'
        }
        finally { $standby | Stop-PgInstance }
    }

    It 'says that nobody told the server how' {
        $before = Wait-Status { $_.Backlog.Files -eq 0 }
        $server | Disable-PgArchiving -Pause
        try {
            $null = Complete-WalFile
            $status = Wait-Status { $_.Backlog.Files -gt 0 }
            $status.Command | Should -BeNullOrEmpty
            $status.Findings.Cause | Should -Be 'ArchivingNotConfigured'
            $status.IsStuck | Should -BeTrue
        }
        finally {
            Set-ArchiveCommand $before.Command
            $null = Complete-WalFile
        }
    }

    It 'shows no password of a command' {
        $before = Wait-Status { $_.Backlog.Files -eq 0 }
        Set-ArchiveCommand "PGPASSWORD=hush-hush psql 'host=archive password=hush-hush'"
        try { $server | Get-PgArchiveStatus | Format-List | Out-String | Should -Not -Match 'hush' }
        finally { Set-ArchiveCommand $before.Command }
    }

    It 'estimates what waits for a role that may not see it' {
        $null = Wait-Status { $_.Backlog.Files -eq 0 }
        $status = $server | Get-PgArchiveStatus -Credential $plain
        $status.Backlog.IsEstimated | Should -BeTrue
        $status.ArchivedCount | Should -BeGreaterThan 0
        $status | Out-String | Should -Match '~\d'
        ($server | Get-PgArchiveStatus -Credential $watcher).Backlog.IsEstimated | Should -Be ($Major -lt 12)
    }

    It 'tells a server that does not archive' {
        $other = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name other -Start
        $status = $other | Get-PgArchiveStatus
        $other | Stop-PgInstance

        "$($status.IsArchiving)$($status.IsStuck)$($status.Mode)$($status.Command)$($status.Backlog)" | Should -Be 'FalseFalse'
        $status | Out-String | Should -Match '\boff\b'
    }

    It 'says that a server does not answer, and goes on' {
        $seen = [PgHa.PgInstance]'127.0.0.1:1', $server | Get-PgArchiveStatus -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'ServerUnreachable,PgHa.Commands.GetPgArchiveStatusCommand'
        $seen.Server | Should -Be $server
    }
}
