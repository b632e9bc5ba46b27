# The archive that pgBackRest keeps for a server: what it really has, how a standby restores from it, and that it is not replaced unasked.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $hasNone = -not (Get-Command pgbackrest -ErrorAction Ignore)
    $newest = Get-PgHaTestMajor | Where-Object Major -LE 15 | Select-Object -Last 1
    if (-not $newest) { $newest = Get-PgHaTestMajor | Select-Object -Last 1 }
}

# Skipped where pgbackrest is not installed. Version 2.45 knows PostgreSQL 9.3 to 15.
Describe 'pgBackRest with PostgreSQL <Major>' -ForEach $newest -Skip:$hasNone {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea
        function Invoke-AsServer([string] $Script) {
            $out = [Environment]::IsPrivilegedProcess ? (runuser -u (Get-PgHaTestUser) -- sh -c $Script 2>&1) : (sh -c $Script 2>&1)
            if ($LASTEXITCODE -ne 0) { throw "$Script : $out" }
        }
        $node = New-LocalServer $area $BinDirectory node
        $configuration = "$area/pgbackrest.conf"
        $lines = @(
            '[global]', "repo1-path=$area/repository", "log-path=$area/log", "spool-path=$area/spool", "lock-path=$area/lock"
            'log-level-console=warn', '[main]', "pg1-path=$area/node", "pg1-port=$($node.Port)"
            "pg1-socket-path=$($node.SocketDirectory)", 'pg1-user=postgres')
        Set-Content $configuration $lines
        Invoke-AsServer "mkdir $area/repository $area/log $area/spool $area/lock"
        $program = "pgbackrest --config=$configuration --stanza=main"
        $null = $node | Set-PgSetting @{ archive_mode = 'on'; archive_command = "$program archive-push %p" }
        $node = $node | Start-PgInstance -PassThru
        Invoke-AsServer "$program stanza-create"
        $replicator = New-LocalLogin repl secret
        $null = $node | New-PgReplicationRole -ReplicationCredential $replicator
        function Complete-Segment {
            $null = Invoke-LocalSql $node 'create table if not exists filler (a int); insert into filler values (1)' $ToolsDirectory
            $file = Invoke-LocalSql $node "select pg_walfile_name(pg_switch_wal())" $ToolsDirectory
            $deadline = [DateTime]::UtcNow.AddSeconds(30)
            while ((Invoke-LocalSql $node 'select last_archived_wal from pg_stat_archiver' $ToolsDirectory) -lt $file) {
                if ([DateTime]::UtcNow -gt $deadline) { throw "$file was not archived" }
                Start-Sleep -Milliseconds 50
            }
            $file
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is asked what it has' {
        $null = Complete-Segment
        $status = $node | Get-PgArchiveStatus
        "$($status.Archive)" | Should -Be "pgBackRest's stanza 'main'"
        $status.Findings | Should -BeNullOrEmpty
        $node | Test-PgArchive | Should -BeTrue
    }

    It 'is not replaced unless that is said by name' {
        { $node | Enable-PgArchiving "$area/own" -ErrorAction Stop } |
            Should -Throw -ErrorId 'ForeignArchiveCommand,PgHa.Commands.EnablePgArchivingCommand'
        ($node | Get-PgSetting archive_command).Value | Should -BeLike 'pgbackrest*'
    }

    It 'gives a standby its WAL, with the options that the primary fills it with' {
        $standby = $node | New-PgBaseBackup standby -DataDirectory "$area/standby" -Port (Get-PgHaTestPort) -NoSync
        $file = Complete-Segment
        $upstream = @{ Upstream = $node; ReplicationCredential = $replicator }
        { $standby | Set-PgRecoveryConf @upstream -RestoreFrom pgbackrest:other -ErrorAction Stop } |
            Should -Throw -ErrorId 'ArchiveNot*,PgHa.Commands.SetPgRecoveryConfCommand'
        $standby | Set-PgRecoveryConf @upstream -RestoreFrom pgbackrest:main
        ($standby | Get-PgRecoveryConf).RestoreCommand | Should -Be "$program --pg1-path=$area/standby archive-get %f `"%p`""
        $standby = $standby | Start-PgInstance -PassThru
        $standby | Wait-PgReplication -Timeout 30
        ($standby | Get-PgServerLog).Message -match "restored log file `"$file`" from archive" | Should -Not -BeNullOrEmpty
        $standby | Stop-PgInstance
    }

    It 'keeps base backups, which are listed, and which it removes itself' {
        Invoke-AsServer "$program --type=full --start-fast backup"
        Invoke-AsServer "$program --type=incr --start-fast backup"
        $full, $incremental = $node | Get-PgBaseBackup
        $full.Tool | Should -Be pgBackRest
        $full.Directory | Should -Be "pgbackrest:main/$($full.Label)"
        $full.SystemIdentifier | Should -Be ($node | Get-PgSystemIdentity).SystemIdentifier
        $full.EndLsn | Should -BeGreaterThan $full.StartLsn
        $incremental.BasedOn | Should -Be $full.Directory
        { $full | Remove-PgBaseBackup -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'KeptByAnotherTool,PgHa.Commands.RemovePgBaseBackupCommand'
        { $node | Clear-PgArchive -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'KeptByAnotherTool,PgHa.Commands.ClearPgArchiveCommand'
    }

    It 'is the source of a clone that streams' {
        $file = Complete-Segment
        $clone = $node | New-PgBaseBackup clone -DataDirectory "$area/clone" -Port (Get-PgHaTestPort) -From PgBackRest
        ($clone | Get-PgRecoveryConf).RestoreCommand | Should -Be "$program --pg1-path=$area/clone archive-get %f `"%p`""
        ($node | New-PgReplicationSlot clone).Name | Should -Be clone
        $clone | Set-PgRecoveryConf -Upstream $node -ReplicationCredential $replicator -SlotName clone
        $clone = $clone | Start-PgInstance -PassThru
        $clone | Wait-PgReplication -Timeout 30
        ($clone | Get-PgServerLog).Message -match "restored log file `"$file`" from archive" | Should -Not -BeNullOrEmpty
        ($clone | Get-PgReplicationStatus).Receiver.SlotName | Should -Be clone
        ($clone | Get-PgRecoveryConf).RestoreCommand | Should -Match 'archive-get'
        Invoke-LocalSql $clone 'show cluster_name' $ToolsDirectory | Should -Be clone
        $clone | Stop-PgInstance
        $node | Remove-PgReplicationSlot clone -Confirm:$false
    }

    It 'has a gap where it dropped WAL and said that all was well' {
        Set-Content $configuration ($lines -replace '^\[global\]', "[global]`narchive-push-queue-max=1B")
        $dropped = Complete-Segment
        Set-Content $configuration $lines
        $null = Complete-Segment
        (Invoke-LocalSql $node 'select failed_count from pg_stat_archiver' $ToolsDirectory) | Should -Be '0'
        $status = $node | Get-PgArchiveStatus
        $status.Findings.Cause | Select-Object -Unique | Should -Be 'ArchiveIncomplete'
        $status.Diagnosis | Should -BeLike "*$dropped is missing*"
        $status.IsStuck | Should -BeFalse
        $node | Test-PgArchive | Should -BeFalse
        (Test-PgCluster -Instance $node -Detailed).Check | Should -Contain 'ArchiveIncomplete'
    }

    It 'is doubted where it cannot be asked' {
        Set-Content $configuration '[global'
        $status = $node | Get-PgArchiveStatus
        Set-Content $configuration $lines
        $status.Findings.Cause | Should -Be 'ArchiveNotProven'
        $status.Diagnosis | Should -BeLike '*does not prove*could not be asked*'
    }

    It 'is replaced when that is said' {
        $node | Enable-PgArchiving "$area/own" -ReplaceArchiveCommand
        "$(($node | Get-PgArchiveStatus).Archive)" | Should -Be "'$area/own'"
    }
}

# Skipped where barman is not installed. Its machine is this one: scripts take the places of ssh and of barman-wal-archive.
Describe 'Barman with PostgreSQL <Major>' -ForEach $newest -Skip:(-not (Get-Command barman -ErrorAction Ignore)) {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $path = $env:PATH
        $env:PATH = "$area/bin$([IO.Path]::PathSeparator)$path"
        $user = [Environment]::IsPrivilegedProcess ? (Get-PgHaTestUser) : [Environment]::UserName
        function Invoke-AsServer([string] $Script) {
            $out = [Environment]::IsPrivilegedProcess ? (runuser -u $user -- sh -c $Script 2>&1) : (sh -c $Script 2>&1)
            if ($LASTEXITCODE -ne 0) { throw "$Script : $out" }
            $out
        }
        $node = New-LocalServer $area $BinDirectory node
        Invoke-AsServer "mkdir -p $area/bin $area/barman"
        Set-Content "$area/barman.conf" @(
            '[barman]', "barman_user = $user", "barman_home = $area/barman", "log_file = $area/barman.log"
            '[main]', 'description = main', "conninfo = host=$($node.SocketDirectory) port=$($node.Port) user=postgres dbname=postgres"
            "streaming_conninfo = host=$($node.SocketDirectory) port=$($node.Port) user=postgres", 'backup_method = postgres'
            'archiver = on', "path_prefix = $ToolsDirectory")
        Set-Content "$area/bin/barman" "#!/bin/sh`nexec /usr/bin/barman -c $area/barman.conf `"`$@`""
        # ssh [-q] [-T] [-o OPTION]… USER@HOST COMMAND
        Set-Content "$area/bin/ssh" @(
            '#!/bin/sh', 'while :; do case $1 in -o) shift 2;; -*) shift;; *) break;; esac; done'
            "case `$1 in barman@backup | $user@*) ;; *) echo 'unknown host' >&2; exit 255;; esac", "PATH=$area/bin:`$PATH", 'shift; exec sh -c "$*"')
        Set-Content "$area/bin/barman-wal-archive" "#!/bin/sh`nexec cp `"`$3`" $area/barman/main/incoming/"
        # HOST SERVER FILE PATH
        Set-Content "$area/bin/barman-wal-restore" "#!/bin/sh`nPATH=$area/bin:`$PATH`nbarman get-wal `$2 `$3 > `$4"
        chmod 0755 "$area/bin/barman" "$area/bin/ssh" "$area/bin/barman-wal-archive" "$area/bin/barman-wal-restore"
        $null = $node | Set-PgSetting @{ archive_mode = 'on'; archive_command = "$area/bin/barman-wal-archive backup main %p" }
        $node = $node | Start-PgInstance -PassThru
        $null = Invoke-AsServer "$area/bin/barman cron"
    }

    AfterAll {
        $env:PATH = $path
        $area | Remove-PgHaTestArea
    }

    It 'is asked, and its doubts are named until it has taken WAL' {
        $before = $node | Get-PgArchiveStatus
        "$($before.Archive)" | Should -Be "Barman's server 'main' on backup"
        $before.Findings.Cause | Should -Be 'ArchiveIncomplete'
        $before.Diagnosis | Should -BeLike '*barman check fails: *wal_archive*'
        $null = Invoke-LocalSql $node 'select pg_switch_wal()' $ToolsDirectory
        $deadline = [DateTime]::UtcNow.AddSeconds(30)
        do {
            $null = Invoke-AsServer "$area/bin/barman archive-wal main"
            $status = $node | Get-PgArchiveStatus
        } until (-not $status.Findings -or [DateTime]::UtcNow -gt $deadline)
        $status.Diagnosis | Should -BeNullOrEmpty
    }

    It 'keeps base backups, one of which becomes a clone that streams' {
        $null = Invoke-AsServer "$area/bin/barman backup main"
        $backup = $node | Get-PgBaseBackup
        $backup.Directory | Should -Be "barman:backup/main/$($backup.Label)"
        $backup.Tool | Should -Be Barman
        { $backup | Remove-PgBaseBackup -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'KeptByAnotherTool,PgHa.Commands.RemovePgBaseBackupCommand'
        { $node | New-PgBaseBackup clone -DataDirectory "$area/clone" -Port (Get-PgHaTestPort) -From PgBackRest -ErrorAction Stop } |
            Should -Throw -ErrorId 'ArchiveNotKnown,PgHa.Commands.NewPgBaseBackupCommand'
        $clone = $node | New-PgBaseBackup clone -DataDirectory "$area/clone" -Port (Get-PgHaTestPort) -From Barman
        ($clone | Get-PgRecoveryConf).RestoreCommand | Should -Be 'barman-wal-restore backup main %f "%p"'
        $null = Invoke-LocalSql $node 'create table later as select 1' $ToolsDirectory
        $clone | Set-PgRecoveryConf -Upstream $node
        $clone = $clone | Start-PgInstance -PassThru
        $clone | Wait-PgReplication -Timeout 30
        Invoke-LocalSql $clone 'select count(*) from later' $ToolsDirectory | Should -Be 1
        $clone | Stop-PgInstance
    }

    It 'is doubted where it cannot be asked, and where it knows no such server' {
        $node | Set-PgSetting @{ archive_command = "$area/bin/barman-wal-archive elsewhere main %p" }
        ($node | Get-PgArchiveStatus).Diagnosis | Should -BeLike '*could not be asked*unknown host*'
        $node | Set-PgSetting @{ archive_command = "$area/bin/barman-wal-archive backup other %p" }
        ($node | Get-PgArchiveStatus).Diagnosis | Should -BeLike '*Barman knows no such server*'
    }
}
