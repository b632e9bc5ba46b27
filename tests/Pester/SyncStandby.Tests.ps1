BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Synchronous standbys on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach { $primary | Disable-PgSyncStandby }

    It 'makes commits wait for a standby, and they come back' {
        $primary | Enable-PgSyncStandby standby -CommitLevel remote_apply -PassThru | Should -Be $primary

        $null = Invoke-Psql $primary 'create table rows (n int)'
        Invoke-Psql $primary "select sync_state from pg_stat_replication" | Should -Be 'sync'
        Invoke-Psql $primary 'show synchronous_commit' | Should -Be 'remote_apply'
        # What remote_apply promises.
        Invoke-Psql $standby 'select count(*) from rows' | Should -Be 0
    }

    It 'takes the standby as an instance, too' {
        Enable-PgSyncStandby $standby $primary -Method Any
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -Be 'ANY 1 (standby)'
    }

    It 'refuses a standby that does not stream, unless it is forced' {
        $primary | Enable-PgSyncStandby absent -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'StandbyNotStreaming,PgHa.Commands.EnablePgSyncStandbyCommand'
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -BeNullOrEmpty

        $primary | Enable-PgSyncStandby absent -Force -WarningAction SilentlyContinue -WarningVariable warned
        $warned | Should -Match 'commits hang'
        ($primary | Get-PgReplicationStatus).Findings[0].Cause | Should -Be 'CommitsHang'
        $primary | Disable-PgSyncStandby absent
    }

    It 'shows what commits wait for, and who confirms them' {
        $primary | Enable-PgSyncStandby standby -Method Any -CommitLevel remote_write
        $state = $primary, $standby | Get-PgSyncStandby

        $state.Server | Should -Be $primary
        "$($state.StandbyNames)" | Should -Be 'ANY 1 (standby)'
        $state.Method, $state.Count, "$($state.Names)" | Should -Be 'Any', 1, 'standby'
        $state.CommitLevel | Should -Be RemoteWrite
        $state.Acknowledging | ForEach-Object { "$($_.ApplicationName) $($_.Address) $($_.State) $($_.SyncState) $($_.SyncPriority)" } |
            Should -Be (Invoke-Psql $primary "select concat_ws(' ', application_name, host(client_addr), state, 'Quorum', sync_priority)
                from pg_stat_replication")
        $state.WouldHang, $state.Diagnosis | Should -Be $false, ''
        ($primary | Get-PgSyncStandby | Out-String -Width 100).Trim() -split '\r?\n' | Select-Object -Last 1 |
            Should -Match '^primary ANY 1 \(standby\) remote_write standby +come back'
    }

    It 'says why commits hang, and a commit does hang' {
        $primary | Enable-PgSyncStandby standby, absent -Count 2 -CommitLevel on -Force -WarningAction SilentlyContinue
        $state = $primary | Get-PgSyncStandby

        $state.WouldHang | Should -BeTrue
        $state.Findings.Cause | Should -Be CommitsHang, SyncStandbyMissing
        $state.Diagnosis | Should -Match "no standby has the application name 'absent': connected are 'standby'"
        $port = $primary.Port
        $commit = Start-ThreadJob {
            & $using:ToolsDirectory/psql -X -q -h 127.0.0.1 -p $using:port -U postgres -d postgres -c 'create table hanging ()' 2>&1
        }
        Wait-Psql $primary "select count(*) from pg_stat_activity where wait_event = 'SyncRep'" 1

        $primary | Disable-PgSyncStandby absent
        $commit | Receive-Job -Wait -AutoRemoveJob | Should -BeNullOrEmpty
        ($primary | Get-PgSyncStandby).WouldHang | Should -BeFalse
    }

    It 'says that commits do not wait' {
        $primary | Enable-PgSyncStandby standby -CommitLevel local -WarningAction SilentlyContinue
        $state = $primary | Get-PgSyncStandby
        $primary | Enable-PgSyncStandby standby -CommitLevel on

        $state.Waits, $state.WouldHang | Should -Be $false, $false
        $state.Findings.Cause | Should -Be CommitsDoNotWait
    }

    It 'asks a standby in vain' {
        $standby | Get-PgSyncStandby -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'ServerIsStandby,PgHa.Commands.GetPgSyncStandbyCommand'
    }

    It 'changes nothing for -WhatIf' {
        $primary | Enable-PgSyncStandby standby -WhatIf
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -BeNullOrEmpty
    }

    It 'completes the standbys that stream, and those that are listed' {
        Get-TabCompletion "Enable-PgSyncStandby -Instance 127.0.0.1:$($primary.Port) -Standby " | Should -Be 'standby'

        $primary | Enable-PgSyncStandby standby
        Get-TabCompletion "Disable-PgSyncStandby -Instance 127.0.0.1:$($primary.Port) -Standby " | Should -Be 'standby'
    }
}
