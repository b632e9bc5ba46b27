BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)

    function Get-ErrorId([scriptblock] $Command) {
        $ErrorActionPreference = 'Continue'
        & $Command 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } |
            ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }
    }

    # What a method of a session fails with.
    function Get-MethodFailure([scriptblock] $Call) {
        try { $null = & $Call }
        catch { $_.Exception.InnerException }
    }
}

Describe 'Replication origins on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $pair = @{ Area = $area; BinDirectory = $BinDirectory; ToolsDirectory = $ToolsDirectory; Major = $Major }
        $primary, $standby = New-StreamingPair @pair -Setting 'wal_level = logical'
        $null = Invoke-Psql $primary 'create table item (id int primary key, name text); create role plain login'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach {
        $primary | Get-PgReplicationOrigin | Remove-PgReplicationOrigin
        $null = Invoke-Psql $primary 'truncate item'
    }

    It 'makes origins, without progress' {
        $made = $primary | New-PgReplicationOrigin node_a, node_b

        $made.Name | Should -Be 'node_a', 'node_b'
        $made[0].Id | Should -Be (Invoke-Psql $primary "select pg_replication_origin_oid('node_a')")
        $primary | Get-PgReplicationOrigin node_* | Where-Object RemoteLsn | Should -BeNullOrEmpty
    }

    It 'says that a name is taken, or reserved' {
        $null = $primary | New-PgReplicationOrigin node_a
        Get-ErrorId { $primary | New-PgReplicationOrigin node_a } | Should -Be 'OriginAlreadyExists'
        # 10 and 11 reserve none.
        if ($Major -gt 11) { Get-ErrorId { $primary | New-PgReplicationOrigin pg_mine } | Should -Be 'OriginNameReserved' }
    }

    It 'sets the progress, forwards and back, and shows it as the server does' {
        $null = $primary | New-PgReplicationOrigin node_a
        $primary | Set-PgReplicationOrigin node_a -RemoteLsn 0/5000 -WhatIf
        ($primary | Get-PgReplicationOrigin node_a).RemoteLsn | Should -BeNullOrEmpty

        $primary | Set-PgReplicationOrigin node_a -RemoteLsn 0/5000
        $back = $primary | Get-PgReplicationOrigin node_a | Set-PgReplicationOrigin -RemoteLsn 0/4000 -PassThru
        "$($back.RemoteLsn)" | Should -Be '0/4000'
        Invoke-Psql $primary "select pg_replication_origin_progress('node_a', true)" | Should -Be '0/4000'
    }

    It 'says which setting limits the origins that have progress' {
        $primary | New-PgReplicationOrigin (1..11 | ForEach-Object { "node_$_" }) |
            Set-PgReplicationOrigin -RemoteLsn 0/5000 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'NoFreeOrigin,PgHa.Commands.SetPgReplicationOriginCommand'
        $failed.ErrorDetails.RecommendedAction |
            Should -Match ($Major -ge 18 ? 'Raise max_active_replication_origins' : 'Raise max_replication_slots')
        @($primary | Get-PgReplicationOrigin | Where-Object RemoteLsn).Count | Should -Be 10
    }

    It 'removes origins by name, by wildcard and by pipeline, and not with -WhatIf' {
        $null = $primary | New-PgReplicationOrigin a1, a2, b1
        $primary | Remove-PgReplicationOrigin * -WhatIf
        $primary | Remove-PgReplicationOrigin a*
        ($primary | Get-PgReplicationOrigin).Name | Should -Be 'b1'
        $primary | Get-PgReplicationOrigin b1 | Remove-PgReplicationOrigin
        Invoke-Psql $primary 'select count(*) from pg_replication_origin' | Should -Be 0
    }

    It 'says which name is missing; a wildcard is silent' {
        foreach ($command in { $primary | Get-PgReplicationOrigin absent }, { $primary | Set-PgReplicationOrigin absent -RemoteLsn 0/1 },
            { $primary | Remove-PgReplicationOrigin absent }, { $primary | New-PgReplicationOriginSession absent }) {
            Get-ErrorId $command | Should -Be 'OriginNotFound' -Because $command
        }
        $primary | Get-PgReplicationOrigin absent* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'needs a primary, and a role that may' {
        Get-ErrorId { $standby | New-PgReplicationOrigin node_a } | Should -Be 'ServerIsStandby'
        $plain = [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; UserName = 'plain' }
        Get-ErrorId { $plain | New-PgReplicationOrigin node_a } | Should -Be 'InsufficientPrivilege'
    }

    It 'completes the names of origins' {
        $null = $primary | New-PgReplicationOrigin node_a
        Get-TabCompletion "Get-PgReplicationOrigin -Instance 127.0.0.1:$($primary.Port) -Name " | Should -Be 'node_a'
    }

    Context 'A session' {
        BeforeEach {
            $null = $primary | New-PgReplicationOrigin node_a
            $session = $primary | New-PgReplicationOriginSession node_a
        }

        AfterEach { $session.Dispose() }

        It 'is one of the domain''s types, and set up' {
            $session | Should -BeOfType ([PgHa.ReplicationOriginSession])
            "$($session.Origin) $($session.Database) $($session.Server)" | Should -Be "node_a postgres $primary"
            $session.IsSetUp() | Should -BeTrue
            $session.GetProgress() | Should -BeNullOrEmpty
            $session | Out-String | Should -Match "$($session.ProcessId)"
        }

        It 'moves the progress with each commit that has a position' {
            $session.SetTransaction('0/1000', [DateTimeOffset]'2026-01-02T03:04:05Z')
            $session.Execute("begin; insert into item values (1, 'replayed'); commit") | Should -Be 1
            "$($session.GetProgress())" | Should -Be '0/1000'

            $session.ResetTransaction()
            $null = $session.Execute('insert into item values ($1, $2)', 3, 'local')
            "$($session.GetProgress())" | Should -Be '0/1000'
            $origin = $primary | Get-PgReplicationOrigin node_a
            "$($origin.RemoteLsn)" | Should -Be '0/1000'
            $origin.LocalLsn | Should -BeOfType ([PgHa.Lsn])
        }

        It 'applies a transaction and its progress together, or neither' {
            $session.Apply('0/1000', (Get-Date), @("insert into item values (1, 'one')", "update item set name = 'two'"))
            "$($session.GetProgress())" | Should -Be '0/1000'

            (Get-MethodFailure {
                $session.Apply('0/2000', (Get-Date), @("insert into item values (2, 'two')", 'insert into item values (1)'))
            }).ErrorId | Should -Be 'StatementFailed'
            "$($session.GetProgress($false))" | Should -Be '0/1000'
            Invoke-Psql $primary "select string_agg(name, ',') from item" | Should -Be 'two'
            $null = $session.Execute("insert into item values (3, 'local')")
            "$($session.GetProgress())" | Should -Be '0/1000'
        }

        It 'answers queries with rows' {
            $rows = $session.Query(
                'select i as id, $1::text as name, pg_current_wal_lsn() as lsn, null as nothing from generate_series(1, 2) as i', 'x')
            $rows.id | Should -Be 1, 2
            $rows[0].name | Should -Be 'x'
            $rows[0].lsn | Should -BeOfType ([PgHa.Lsn])
            $rows[0].nothing | Should -BeNullOrEmpty
        }

        It 'marks its transactions, so that a decoder can leave them out' {
            $null = $primary | New-PgReplicationSlot audit -Plugin test_decoding
            $session.SetTransaction('0/1000', (Get-Date))
            $null = $session.Execute("insert into item values (1, 'foreign')")
            $null = Invoke-Psql $primary "insert into item values (2, 'own')"

            $all = ($primary | Get-PgLogicalChange audit -Peek).Text -match 'INSERT'
            $local = ($primary | Get-PgLogicalChange audit -Option @{ 'only-local' = $true }).Text -match 'INSERT'
            $primary | Remove-PgReplicationSlot audit
            $all.Count | Should -Be 2
            $local | Should -Match 'own'
        }

        It 'keeps others from the origin until it is disposed of' {
            foreach ($command in { $primary | New-PgReplicationOriginSession node_a },
                { $primary | Set-PgReplicationOrigin node_a -RemoteLsn 0/1 },
                { $primary | Remove-PgReplicationOrigin node_a }) {
                Get-ErrorId $command | Should -Be 'OriginIsActive' -Because $command
            }
            $null = $session.Execute('begin')
            $session.Dispose()
            $session.Dispose()
            $next = $primary | New-PgReplicationOriginSession node_a
            $next.IsSetUp() | Should -BeTrue
            $next.Dispose()
            Get-MethodFailure { $session.IsSetUp() } | Should -BeOfType ([ObjectDisposedException])
        }

        It 'lets the origin go at a reset, and says so afterwards' {
            $session.Reset()
            $session.IsSetUp() | Should -BeFalse
            foreach ($call in { $session.Reset() }, { $session.GetProgress() }, { $session.SetTransaction('0/1', (Get-Date)) }) {
                (Get-MethodFailure $call).ErrorId | Should -Be 'OriginNotSetUp' -Because $call
            }
            $primary | Remove-PgReplicationOrigin node_a
        }

        It 'gives the server''s words when a statement fails, and goes on' {
            (Get-MethodFailure { $session.Execute('bogus') }).ErrorId | Should -Be 'StatementFailed'
            $session.IsSetUp() | Should -BeTrue
        }

        It 'says that its connection is broken, and can be disposed of' {
            $null = Invoke-Psql $primary "select pg_terminate_backend($($session.ProcessId))"
            (Get-MethodFailure { $session.GetProgress() }).Server | Should -Be "$primary"
            (Get-MethodFailure { $session.GetProgress() }).ErrorId | Should -Be 'ConnectionLost'
            $session.Dispose()
            Wait-Psql $primary "select count(*) from pg_stat_activity where pid = $($session.ProcessId)" 0
        }
    }

    It 'opens no session for -WhatIf' {
        $null = $primary | New-PgReplicationOrigin node_a
        $primary | New-PgReplicationOriginSession node_a -WhatIf | Should -BeNullOrEmpty
    }
}
