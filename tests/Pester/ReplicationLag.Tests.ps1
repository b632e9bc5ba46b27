# Measuring and watching replication, and waiting for a commit level.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Replication over time on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major

        function Write-Wal([int] $Megabytes) {
            $null = Invoke-Psql $primary "select count(pg_logical_emit_message(true, 'test', repeat('x', 1000000)))
                from generate_series(1, $Megabytes)"
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    Context 'Measure-PgReplicationLag' {
        It 'has no lag on an idle standby that has all' {
            $standby | Wait-PgReplication -Upstream $primary
            $lag = $primary | Measure-PgReplicationLag -Duration 1.5 -Interval 0.1

            $lag.ApplicationName, $lag.Server | Should -Be 'standby', $primary
            $lag.Missed | Should -Be 0
            $lag.Samples | Should -BeGreaterThan 1
            $lag.Milliseconds.Median | Should -Be 0
            $lag.CatchUpTime | Should -Be ([timespan]::Zero)
        }

        It 'measures what a standby with its replay paused does not replay' {
            $null = Invoke-Psql $standby 'select pg_wal_replay_pause()'
            try {
                Write-Wal 20
                Wait-Psql $primary 'select flush_lsn >= pg_current_wal_lsn() from pg_stat_replication' t
                $lag = $primary | Measure-PgReplicationLag -Duration 1 -Interval 0.1
            }
            finally { $null = Invoke-Psql $standby 'select pg_wal_replay_resume()' }

            $lag.Bytes.Minimum | Should -BeGreaterThan 19MB
            $lag.ReplayRate | Should -Be 0
            $lag.CatchUpTime | Should -BeNullOrEmpty
            ($lag | Out-String -Width 100) | Should -Match 'standby .* never'
        }

        It 'measures the rates of WAL that is written meanwhile' {
            $standby | Wait-PgReplication -Upstream $primary
            $port = $primary.Port
            $before = Invoke-Psql $primary 'select pg_current_wal_lsn()'
            $writer = Start-ThreadJob {
                & $using:ToolsDirectory/psql -X -q -h 127.0.0.1 -p $using:port -U postgres -d postgres -c "do `$`$ begin
                    for i in 1..40 loop
                        perform pg_logical_emit_message(false, 'test', repeat('x', 1000000)); perform pg_sleep(0.1);
                    end loop; end `$`$" 2>&1
            }
            # A busy machine takes longer to start psql than the whole measurement lasts.
            Wait-Psql $primary "select pg_current_wal_lsn() > '$before'" t
            $lag = $primary | Measure-PgReplicationLag -Duration 3 -Interval 0.1
            $writer | Receive-Job -Wait -AutoRemoveJob | Should -BeNullOrEmpty

            $lag.WalRate | Should -BeGreaterThan 100kB
            $lag.ReplayRate | Should -BeGreaterThan 100kB
            $lag.Bytes.Maximum | Should -BeGreaterThan 0
            $lag.Bytes.Percentile95 | Should -BeLessOrEqual $lag.Bytes.Maximum
        }

        It 'warns of a server that nothing streams from' {
            $standby | Measure-PgReplicationLag -Duration 0.1 -WarningVariable warned -WarningAction SilentlyContinue |
                Should -BeNullOrEmpty
            $warned | Should -Match 'no standby streamed from it'
        }

        It 'ends when it is stopped, and leaves no connection' {
            $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
            $null = $shell.AddScript({
                param($Module, $Server)
                Import-Module $Module
                $Server | Measure-PgReplicationLag -Duration 600
            }).AddArgument((Get-PgHaTestModule)).AddArgument($primary)
            $running = $shell.BeginInvoke()
            Wait-Psql $primary "select count(*) from pg_stat_activity where application_name = 'PgHa'" 1
            $shell.Stop()

            $running.IsCompleted | Should -BeTrue
            $shell.Streams.Error | Should -BeNullOrEmpty
            Wait-Psql $primary "select count(*) from pg_stat_activity where application_name = 'PgHa'" 0
            $shell.Dispose()
        }
    }

    Context 'Watch-PgReplication' {
        It 'emits a snapshot for each look' {
            $looks = $primary, $standby | Watch-PgReplication -Count 3 -Interval 0.1

            $looks | Should -HaveCount 3
            $looks | ForEach-Object { $_ | Should -BeOfType PgHa.ReplicationSnapshot; $_.Servers.Server | Should -Be $primary, $standby }
            $looks[2].ObservedAt | Should -BeGreaterThan $looks[0].ObservedAt
            $looks.PSObject.TypeNames | Should -Not -Contain 'PgHa.ReplicationSnapshot#Live'
        }

        It 'goes on when a server does not answer' {
            $look = '127.0.0.1:1', $primary | Watch-PgReplication -Count 1 -ErrorAction Stop

            $look.Servers.Server | Should -Be $primary
            $look.Failures.ErrorId | Should -Be 'ServerUnreachable'
            ($look | Out-String -Width 100) | Should -Match '127\.0\.0\.1:1 cannot be reached'
        }

        It 'ends when the time is up, and when nobody wants more' {
            @($primary | Watch-PgReplication -Duration 0.5 -Interval 0.1).Count | Should -BeGreaterThan 0
            ($primary | Watch-PgReplication -Interval 0.1 | Select-Object -First 1).Servers.Server | Should -Be $primary
        }

        It 'draws in place in a console, and gives objects where they are assigned or redirected' -Skip:(
            -not (Get-Command script -ErrorAction Ignore)
        ) {
            $module = Get-PgHaTestModule
            $commands = "Import-Module '$module'",
                "Watch-PgReplication 127.0.0.1:$($primary.Port) -Count 2 -Interval 0.1",
                "'assigned'; `$x = Watch-PgReplication 127.0.0.1:$($primary.Port) -Count 2 -Interval 0.1;
                `$x[0].GetType().FullName; `$x | Out-String -Stream"
            $inner = "Watch-PgReplication 127.0.0.1:$($primary.Port) -Count 1 > '$TestDrive/watched.txt'"
            Set-Content "$TestDrive/live.ps1" ($commands + $inner)
            # A terminal of its own; a program that draws has no say in what a terminal is.
            $shown = (script -qec "$(Get-PgHaTestPowerShell) -NoProfile -File '$TestDrive/live.ps1'" /dev/null) -join "`n"
            $live, $assigned = $shown -split 'assigned'

            [regex]::Matches($live, [regex]::Escape("`e[H`e[J")) | Should -HaveCount 2
            $live | Should -Match "primary +1 +\S+ +to standby|127\.0\.0\.1:\d+ primary"
            $assigned | Should -Match 'PgHa\.ReplicationSnapshot'
            $assigned | Should -Not -Match ([regex]::Escape("`e[H"))
            Get-Content "$TestDrive/watched.txt" -Raw | Should -Match 'Primary at '
            Get-Content "$TestDrive/watched.txt" -Raw | Should -Not -Match "`e\[H"
        }
    }

    Context 'Watch-PgReplication in a small window' -Skip:(-not (Get-Command script -ErrorAction Ignore)) {
        It 'shows as many servers as fit, and says how many do not' {
            $watch = "1..20 | ForEach-Object { [PgHa.PgInstance]@{ Name = `"node`$_`"; Port = $($primary.Port) } } |
                Watch-PgReplication -Count 1"
            Set-Content "$TestDrive/small.ps1" "Import-Module '$(Get-PgHaTestModule)'", $watch
            $shown = @(script -qec "stty rows 14 cols 100; $(Get-PgHaTestPowerShell) -NoProfile -File '$TestDrive/small.ps1'" /dev/null)

            $shown -match '^node\d+ +primary' | Should -HaveCount 7
            $shown -match '^13 more servers do not fit' | Should -HaveCount 1
            # With the line of the cursor after it, it fills the window.
            $frame = ($shown -join "`n") -split "`e\[H`e\[J"
            ($frame[-1] -split "`n").Count | Should -BeLessOrEqual 13
        }
    }

    Context 'Wait-PgReplication' {
        It 'waits for what a commit at a level waits for' {
            $null = Invoke-Psql $standby 'select pg_wal_replay_pause()'
            try {
                Write-Wal 1
                $standby | Wait-PgReplication -CommitLevel remote_write -PassThru | Should -Be $standby
                $standby | Wait-PgReplication -CommitLevel On
                Invoke-Psql $primary 'select flush_lsn > replay_lsn from pg_stat_replication' | Should -Be 't'

                $standby | Wait-PgReplication -CommitLevel RemoteApply -Timeout 1 -ErrorAction SilentlyContinue -ErrorVariable failed
                $failed.FullyQualifiedErrorId | Should -Be 'OperationTimeout,PgHa.Commands.WaitPgReplicationCommand'
            }
            finally { $null = Invoke-Psql $standby 'select pg_wal_replay_resume()' }

            $standby | Wait-PgReplication -CommitLevel remote_apply
            Wait-Psql $primary 'select replay_lsn >= flush_lsn from pg_stat_replication' t
        }

        It 'has nothing to wait for at a level that asks nothing of a standby' {
            $standby | Wait-PgReplication -CommitLevel local -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'CommitLevelIsLocal,PgHa.Commands.WaitPgReplicationCommand'
        }
    }
}
