# New-PgReplicationRole.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'New-PgReplicationRole on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory
        $server = $server | Set-PgSetting @{ log_statement = 'all'; log_min_duration_statement = 0 } -PassThru | Start-PgInstance -PassThru
        $replicator = New-LocalLogin 'rep "l" o''r' 'it''s "s3cret" \ & $more'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'makes a role that replicates, and whose password is nowhere to be read' {
        $streams = & { $server | New-PgReplicationRole $replicator -Verbose -Debug } *>&1

        $server | Get-PgSystemIdentity -Credential $replicator | ForEach-Object Timeline | Should -Be ([PgHa.TimelineId]1)
        Invoke-LocalSql $server 'select current_user' $ToolsDirectory -Login $replicator | Should -Be $replicator.UserName
        Invoke-LocalSql $server "select rolsuper, rolreplication, left(rolpassword, 14)
            from pg_authid where rolname like 'rep%'" $ToolsDirectory | Should -Be 'f|t|SCRAM-SHA-256$'
        $streams | Out-String | Should -Not -Match 's3cret'
        $streams | Out-String | Should -Not -Match 'SCRAM-SHA-256\$'
        Find-LocalText $server.DataDirectory 's3cret' | Should -BeNullOrEmpty
        Find-LocalText "$($server.DataDirectory)/log" 'ROLE' | Should -Not -BeNullOrEmpty
    }

    It 'emits the role, and does nothing the second time' {
        $file = "$($server.DataDirectory)/pg_hba.conf"
        $null = $server | New-PgReplicationRole $replicator
        $before = (Get-Content $file -Raw), (Invoke-LocalSql $server 'select string_agg(rolpassword, '','') from pg_authid' $ToolsDirectory)
        $role = $server | New-PgReplicationRole $replicator
        (Get-Content $file -Raw), (Invoke-LocalSql $server 'select string_agg(rolpassword, '','') from pg_authid' $ToolsDirectory) |
            Should -Be $before
        $role.Server | Should -Be $server
    }

    It 'takes a new password over' {
        $changed = New-LocalLogin $replicator.UserName 'n3w'
        $null = $server | New-PgReplicationRole $changed
        Invoke-LocalSql $server 'select 1' $ToolsDirectory -Login $changed | Should -Be 1
        $server | Get-PgSystemIdentity -Credential $replicator -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'WrongPassword,PgHa.Commands.GetPgSystemIdentityCommand'
    }

    It 'lets the role in from the addresses that are given' {
        $null = $server | New-PgReplicationRole (New-LocalLogin far 'x') -Address 192.0.2.0/24
        $rules = $server | Get-PgHbaRule | Where-Object User -EQ far
        $rules.Address | Should -Be '192.0.2.0/24'
        $rules.Database | Should -Be 'replication'
        $rules.Method | Should -Be 'ScramSha256'
    }

    It 'shows its plan by -WhatIf, without the password, and makes nothing' {
        $shown = & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command "
            Import-Module '$(Get-PgHaTestModule)'
            `$login = [pscredential]::new('planned', (ConvertTo-SecureString s3cret -AsPlainText -Force))
            Get-PgInstance -DataDirectory '$($server.DataDirectory)' | New-PgReplicationRole `$login -WhatIf" | Out-String
        $shown | Should -Match 'CREATE ROLE "planned" LOGIN REPLICATION'
        $shown | Should -Match '\+host\s+replication\s+planned'
        $shown | Should -Not -Match 's3cret|SCRAM-SHA-256\$'
        Invoke-LocalSql $server "select count(*) from pg_roles where rolname = 'planned'" $ToolsDirectory | Should -Be 0
    }

    It 'says that an address is malformed' {
        $server | New-PgReplicationRole $replicator -Address 10.0.0.0/99 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'MalformedText,PgHa.Commands.NewPgReplicationRoleCommand'
    }
}
