# Get-PgTimelineHistory, after real promotions.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'The timelines of servers on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $null = Invoke-Psql $primary 'create role plain login'
        $at = Invoke-Psql $primary 'select pg_current_wal_flush_lsn()'
        Wait-Psql $standby "select pg_last_wal_replay_lsn() >= '$at'" t
        # A trigger file or a signal: what every major understands.
        Invoke-ServerProgram "$BinDirectory/pg_ctl" -D "$area/standby" promote
        Wait-Psql $standby 'select pg_is_in_recovery()' f
        $history = (Get-Content "$area/standby/pg_wal/00000002.history" | Where-Object { $_ -match '^1\t' }) -split "`t"
        $plain = [PgHa.PgInstance]@{ Name = 'standby'; Port = $standby.Port; UserName = 'plain' }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'has one line for a server that was never promoted' {
        $line = $primary | Get-PgTimelineHistory
        $line.Timeline | Should -Be ([PgHa.TimelineId]1)
        $line.IsCurrent | Should -BeTrue
        "$($line.Parent)$($line.BeginLsn)$($line.EndLsn)$($line.Reason)" | Should -BeNullOrEmpty
    }

    It 'tells where a promotion ended a timeline, and why' {
        $first, $second = $standby | Get-PgTimelineHistory

        $first.Timeline | Should -Be ([PgHa.TimelineId]1)
        $first.EndLsn | Should -Be ([PgHa.Lsn]$history[1])
        $first.Reason | Should -Be $history[2]
        $first.IsCurrent | Should -BeFalse
        $second.Timeline | Should -Be ([PgHa.TimelineId]2)
        $second.Parent | Should -Be $first.Timeline
        $second.BeginLsn | Should -Be $first.EndLsn
        $second.EndLsn | Should -BeNullOrEmpty
        $second.IsCurrent | Should -BeTrue
        $second.Server | Should -Be $standby
    }

    It 'tells where two servers parted' {
        $old, $new = $primary, $standby | Get-PgTimelineHistory | Where-Object IsCurrent
        $new.History.ForkFrom($old.History).Lsn | Should -Be ([PgHa.Lsn]$history[1])
        $new.History.Contains($old.Timeline) | Should -BeTrue
    }

    It 'ends with the timeline that is asked for' {
        $line = $standby | Get-PgTimelineHistory 1
        $line.Timeline | Should -Be ([PgHa.TimelineId]1)
        $line.EndLsn | Should -Be ([PgHa.Lsn]$history[1])
        ($standby | Get-PgTimelineHistory -Timeline 2).Timeline.Value | Should -Be 1, 2
    }

    It 'says that there is no such timeline' {
        $standby | Get-PgTimelineHistory 3 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'TimelineNotFound,PgHa.Commands.GetPgTimelineHistoryCommand'
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        { $standby | Get-PgTimelineHistory 0 } |
            Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,PgHa.Commands.GetPgTimelineHistoryCommand'
    }

    It 'says what a role lacks to see it, and then shows it' {
        $plain | Get-PgTimelineHistory -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'InsufficientPrivilege,PgHa.Commands.GetPgTimelineHistoryCommand'
        $failed.ErrorDetails.RecommendedAction | Should -Match 'superuser'
        if ($Major -ge 11) {
            $failed.ErrorDetails.RecommendedAction -match 'GRANT .*(?=\.)' | Should -BeTrue
            $null = Invoke-Psql $standby $Matches[0]
            ($plain | Get-PgTimelineHistory).Timeline.Value | Should -Be 1, 2
        }
    }

    It 'takes no privilege where there is nothing to read' {
        ([PgHa.PgInstance]@{ Port = $primary.Port; UserName = 'plain' } | Get-PgTimelineHistory).Timeline.Value | Should -Be 1
    }

    It 'completes the timelines' {
        Get-TabCompletion "Get-PgTimelineHistory -Instance 127.0.0.1:$($standby.Port) -Timeline " | Should -Be 1, 2
    }

    It 'shows the current one' {
        $standby | Get-PgTimelineHistory | Out-String | Should -Match '(?m)^\s+2\s+1\s+\S+\s+\(current\)'
    }
}
