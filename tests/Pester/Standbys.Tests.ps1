# Cloning, standby configuration and waiting, as pipelines on real servers.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'Standbys on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea
        $secret = 'it''s "secret" \ & more'

        function Invoke-AsServer([string[]] $Line) {
            $whole = @([Environment]::IsPrivilegedProcess ? @('runuser', '-u', (Get-PgHaTestUser), '--') : @()) + $Line
            $output = & $whole[0] $whole[1..($whole.Count - 1)] 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$Line failed: $output" }
        }

        function Start-Server($Instance) {
            Invoke-AsServer @("$BinDirectory/pg_ctl", '-D', $Instance.DataDirectory, '-l', "$($Instance.DataDirectory).log", '-w', 'start')
        }

        function Invoke-Sql($Instance, [string] $Sql) {
            & $ToolsDirectory/psql -X -q -A -t -v ON_ERROR_STOP=1 -h $area -p $Instance.Port -U postgres -d postgres -c $Sql
        }

        function Get-Clone([string] $Name) {
            $primary | New-PgBaseBackup $Name -DataDirectory "$area/$Name" -Port (Get-PgHaTestPort) -NoSync
        }

        $primary = [PgHa.PgInstance]@{
            Name = 'primary'; Port = Get-PgHaTestPort; DataDirectory = "$area/primary"
            SocketDirectory = "$area"; BinDirectory = $BinDirectory
        }
        Invoke-AsServer @("$BinDirectory/initdb", '-D', $primary.DataDirectory, '-U', 'postgres', '-A', 'trust', '-N')
        Add-Content "$area/primary/postgresql.conf" @"
port = $($primary.Port)
unix_socket_directories = '$area'
listen_addresses = '127.0.0.1'
fsync = off
password_encryption = 'scram-sha-256'
archive_mode = on
archive_command = 'cp %p $area/archive/%f'
"@
        Set-Content "$area/primary/pg_hba.conf" @'
local all all trust
local replication all trust
host replication foo 127.0.0.1/32 scram-sha-256
'@
        Invoke-AsServer @('mkdir', "$area/archive")
        Start-Server $primary
        Invoke-Sql $primary "create role foo login replication password '$($secret.Replace("'", "''"))'"
        $replicator = [pscredential]::new('foo', (ConvertTo-SecureString $secret -AsPlainText -Force))
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'clones, configures, starts and waits in one pipeline' {
        Invoke-Sql $primary "select pg_create_physical_replication_slot('node_slot_23')"
        $node23 = $primary |
            New-PgBaseBackup node23 -DataDirectory "$area/node23" -Port (Get-PgHaTestPort) -ReplicationCredential $replicator -Label basebackup23 |
            Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -SlotName node_slot_23 -PassThru
        Start-Server $node23
        Invoke-Sql $primary 'create table rows as select n from generate_series(1, 1000) n'

        $node23 | Wait-PgReplication -PassThru | Should -Be $node23

        Invoke-Sql $node23 'select count(*) from rows' | Should -Be 1000
        Invoke-Sql $primary "select application_name || ' ' || state from pg_stat_replication" | Should -Be 'node23 streaming'
        $recovery = $node23 | Get-PgRecoveryConf
        $recovery.StandbyMode | Should -BeTrue
        $recovery.SlotName | Should -Be 'node_slot_23'
        Get-Content $recovery.PassFile | Should -BeLike '127.0.0.1:*:foo:*'
    }

    It 'waits for cold standbys, by streaming and from the archive' {
        $cold = Get-Clone cold | Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -HotStandby Off -PassThru
        $fed = Get-Clone fed | Set-PgRecoveryConf -RestoreFrom "$area/archive" -HotStandby Off -PassThru
        $cold, $fed | ForEach-Object { Start-Server $_ }

        $cold, $fed | Wait-PgReplication -Primary $primary -PassThru | Should -Be $cold, $fed

        ($cold, $fed | Get-PgRecoveryConf).HotStandby | Should -Be $false, $false
        ($fed | Get-PgRecoveryConf).RestoreDirectory | Should -Be "$area/archive"
        $fed | Wait-PgReplication -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'UpstreamUnknown,PgHa.Commands.WaitPgReplicationCommand'
    }

    It 'shows what it would do with -WhatIf, and does nothing' {
        $none = $primary | New-PgBaseBackup planned -DataDirectory "$area/planned" -Port (Get-PgHaTestPort) -WhatIf
        $none | Should -BeNullOrEmpty
        Get-ChildItem $area -Filter planned* | Should -BeNullOrEmpty

        $node = Get-Clone whatif
        $before = Get-FileHash "$area/whatif/*" -ErrorAction Ignore
        $node | Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -WhatIf
        Compare-Object $before (Get-FileHash "$area/whatif/*" -ErrorAction Ignore) -Property Path, Hash | Should -BeNullOrEmpty
    }

    It 'says <Id> of a clone' -ForEach @(
        @{ Id = 'DirectoryNotEmpty'; Change = { @{ DataDirectory = $primary.DataDirectory } } }
        @{ Id = 'PortInUse'; Change = { @{ Port = $primary.Port } } }
        @{
            Id = 'WrongPassword'
            Change = { @{ ReplicationCredential = [pscredential]::new('foo', (ConvertTo-SecureString wrong -AsPlainText -Force)) } }
        }
        @{
            Id = 'ReplicationAccessDenied'
            Change = { @{ ReplicationCredential = [pscredential]::new('stranger', (ConvertTo-SecureString any -AsPlainText -Force)) } }
        }
        @{ Id = 'TablespaceNotFound'; Change = { @{ TablespaceMapping = @{ '/nowhere' = "$area/space" } } } }
    ) {
        $arguments = @{ Name = 'refused'; DataDirectory = "$area/refused"; Port = 1 }
        $changes = & $Change
        foreach ($name in $changes.Keys) { $arguments[$name] = $changes[$name] }

        $primary | New-PgBaseBackup @arguments -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.NewPgBaseBackupCommand"
        $failed.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failed.TargetObject | Should -Be $primary
        "$failed" | Should -Not -Match 'secret'
        "$area/refused.pgha-incomplete" | Should -Not -Exist
    }

    It 'says <Id> of a recovery configuration' -ForEach @(
        @{ Id = 'SlotNotFound'; Change = { @{ Upstream = $primary; ReplicationCredential = $replicator; SlotName = 'missing' } } }
        @{ Id = 'UpstreamNeeded'; Change = { @{ ReplicationCredential = $replicator } } }
        @{ Id = 'UpstreamNeeded'; Change = { @{ SlotName = 'missing' } } }
        @{ Id = 'ServerUnreachable'; Change = { @{ Upstream = '127.0.0.1:1'; ReplicationCredential = $replicator } } }
        @{ Id = 'ArchiveDirectoryNotFound'; Change = { @{ RestoreFrom = "$area/nowhere" } } }
    ) {
        $node = [PgHa.PgInstance]@{ Name = 'conf'; Port = 1; DataDirectory = "$area/conf"; BinDirectory = $BinDirectory }
        if (-not (Test-Path $node.DataDirectory)) { $null = Get-Clone conf }
        $changes = & $Change

        $node | Set-PgRecoveryConf @changes -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed[0].FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.SetPgRecoveryConfCommand"
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$failed" | Should -Not -Match 'secret'
    }

    It 'ends with the pipeline and leaves nothing of the clone' {
        $port = Get-PgHaTestPort
        $module = Get-PgHaTestModule
        $job = Start-ThreadJob {
            Import-Module $using:module
            $using:primary | New-PgBaseBackup stopped -DataDirectory "$using:area/stopped" -Port $using:port -MaxRate 32
        }
        $deadline = [datetime]::UtcNow.AddSeconds(60)
        while (-not (Test-Path "$area/stopped.pgha-incomplete/backup_label")) {
            if ([datetime]::UtcNow -gt $deadline) { throw "Nothing was copied: $($job | Receive-Job 2>&1)" }
            Start-Sleep -Milliseconds 20
        }

        $stopping = [Diagnostics.Stopwatch]::StartNew()
        $job | Stop-Job
        $job | Wait-Job -Timeout 30
        $stopping.Elapsed.TotalSeconds | Should -BeLessThan 20
        Get-ChildItem $area -Filter stopped* | Should -BeNullOrEmpty
    } -Skip:(-not (Get-Command Start-ThreadJob -ErrorAction Ignore))

    It 'shows no password in any stream, file name or process' {
        $DebugPreference = 'Continue'
        $streams = & {
            $node = $primary |
                New-PgBaseBackup quiet -DataDirectory "$area/quiet" -Port (Get-PgHaTestPort) -ReplicationCredential $replicator -Verbose -NoSync
            $node | Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -Verbose
            [PgHa.PgInstance]@{ Name = 'quiet'; Port = 1; DataDirectory = "$area/quiet" } | Get-PgRecoveryConf | Format-List * -Force
        } *>&1 | Out-String
        $streams | Should -Match 'pg_basebackup'
        $streams | Should -Not -Match 'secret'
        Get-ChildItem "$area/quiet" -File -Exclude standby.pgpass | Select-String -SimpleMatch '"secret"' | Should -BeNullOrEmpty
        "$area/quiet.pgha-incomplete.pgpass" | Should -Not -Exist
    }
}
