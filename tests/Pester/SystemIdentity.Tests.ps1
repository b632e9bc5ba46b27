BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Get-PgSystemIdentity on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $data = Join-Path $area data
        $port = Get-PgHaTestPort
        $secret = 'it''s "secret" \ & more'

        # Servers refuse to run as root.
        function Invoke-Server([string] $Program, [string[]] $Arguments) {
            $line = [Environment]::IsPrivilegedProcess ? @('runuser', '-u', (Get-PgHaTestUser), '--') : @()
            $line += @("$BinDirectory/$Program") + $Arguments
            $output = & $line[0] $line[1..($line.Count - 1)] 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$Program failed: $output" }
        }

        function New-Login([string] $Name, [string] $Password) {
            [pscredential]::new($Name, (ConvertTo-SecureString $Password -AsPlainText -Force))
        }

        Set-Content $TestDrive/password $secret
        chmod -R a+rX (Get-Item $TestDrive).FullName
        Invoke-Server initdb @('-D', $data, '-U', 'postgres', '-A', 'scram-sha-256',
            "--pwfile=$((Get-Item $TestDrive).FullName)/password", '-N')
        Invoke-Server pg_ctl @('-D', $data, '-l', "$area/log", '-w', '-o', "-p $port -k $area -c listen_addresses=127.0.0.1", 'start')
        $superuser = New-Login postgres $secret
        $server = "127.0.0.1:$port"
    }

    AfterAll {
        $area | Remove-PgHaTestArea
    }

    It 'tells system, timeline and position' {
        $identity = Get-PgSystemIdentity $server -Credential $superuser

        $identity.SystemIdentifier.Value | Should -BeGreaterThan 0
        $identity.Timeline | Should -Be ([PgHa.TimelineId]1)
        $identity.Lsn | Should -BeGreaterThan ([PgHa.Lsn]'0/1000000')
        $identity.Database | Should -BeNullOrEmpty
        $identity.Server.Port | Should -Be $port
    }

    It 'tells the database of a logical replication connection' {
        (Get-PgSystemIdentity $server -Database postgres -Credential $superuser).Database | Should -Be 'postgres'
    }

    It 'answers a role that may only replicate, although that may not see the data directory' {
        $env:PGPASSWORD = $secret
        try {
            $role = "create role only_replicates replication login password 'plain'"
            & $ToolsDirectory/psql -X -q -h 127.0.0.1 -p $port -U postgres -d postgres -c $role
            $LASTEXITCODE | Should -Be 0
        }
        finally { $env:PGPASSWORD = $null }

        $known = [PgHa.PgInstance]@{ Name = 'known'; Port = $port; DataDirectory = $data }
        $identity = $known | Get-PgSystemIdentity -Credential (New-Login only_replicates plain) -ErrorAction Stop
        $identity.SystemIdentifier | Should -Be (Get-PgSystemIdentity $server -Credential $superuser).SystemIdentifier
    }

    It 'passes its output on, with the login' {
        $first = Get-PgSystemIdentity $server -Credential $superuser
        ($first | Get-PgSystemIdentity).SystemIdentifier | Should -Be $first.SystemIdentifier
    }

    It 'shows no password, wherever the server is shown' {
        $identity = Get-PgSystemIdentity $server -Credential $superuser
        $shown = @(
            $identity | Format-List * -Force | Out-String
            $identity | ConvertTo-Json -Depth 5
            [System.Management.Automation.PSSerializer]::Serialize($identity, 5)
            $DebugPreference = 'Continue'
            Get-PgSystemIdentity $server -Credential $superuser -Verbose *>&1 | Out-String
        ) -join "`n"

        $shown | Should -Match "127\.0\.0\.1:$port"
        $shown | Should -Not -Match 'secret'
    }

    It 'keeps the order of the servers, and goes on after one that fails' {
        $seen = "127.0.0.1:1", $server, "host=127.0.0.1 port=$port" |
            Get-PgSystemIdentity -Credential $superuser -ErrorAction SilentlyContinue -ErrorVariable failed

        $seen.Count | Should -Be 2
        $failed.FullyQualifiedErrorId | Should -Be 'ServerUnreachable,PgHa.Commands.GetPgSystemIdentityCommand'
        $failed.TargetObject.Port | Should -Be 1
        $failed.CategoryInfo.Category | Should -Be 'ConnectionError'
    }

    It 'says <Id>' -ForEach @(
        @{ Id = 'WrongPassword'; Login = 'postgres'; Password = 'wrong'; Database = 'postgres' }
        @{ Id = 'PasswordRequired'; Login = $null; Database = 'postgres' }
        @{ Id = 'DatabaseNotFound'; Login = 'postgres'; Database = 'nowhere' }
    ) {
        $arguments = $Login ? @{ Credential = $Password ? (New-Login $Login $Password) : $superuser } : @{}
        Get-PgSystemIdentity $server -Database $Database @arguments -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed.FullyQualifiedErrorId | Should -Be "$Id,PgHa.Commands.GetPgSystemIdentityCommand"
        "$failed" | Should -Not -Match 'secret'
    }

    It 'refuses another server on the port of a data directory' {
        $other = @{ Host = '127.0.0.1'; Port = $port; DataDirectory = "$area/another" }
        Get-PgSystemIdentity $other -Credential $superuser -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'WrongServer,PgHa.Commands.GetPgSystemIdentityCommand'
    }

    It 'completes the names of databases, and nothing where the server does not answer' {
        # A completer gives up after a second, which a busy machine may need for the first connection: Tab once more.
        $line = "Get-PgSystemIdentity $server -Credential `$superuser -Database "
        foreach ($attempt in 1..5) {
            $completed = (TabExpansion2 $line -cursorColumn $line.Length).CompletionMatches.CompletionText
            if ($completed -contains 'postgres') { break }
        }
        $completed | Should -Be 'postgres', 'template1'

        $line = 'Get-PgSystemIdentity 127.0.0.1:1 -Database p'
        (TabExpansion2 $line -cursorColumn $line.Length).CompletionMatches.ResultType | Should -Not -Contain 'ParameterValue'
    }
}

Describe 'A server' {
    It 'is given as <Form>' -ForEach @(
        @{ Form = 'text'; Value = '127.0.0.1:1' }
        @{ Form = 'a conninfo string'; Value = 'host=127.0.0.1 port=1' }
        @{ Form = 'a URI'; Value = 'postgresql://127.0.0.1:1' }
        @{ Form = 'a hashtable'; Value = @{ Host = '127.0.0.1'; Port = 1 } }
        @{ Form = 'an instance'; Value = [PgHa.PgInstance]'127.0.0.1:1' }
        @{ Form = 'JSON'; Value = [PgHa.PgInstance]'127.0.0.1:1' | ConvertTo-Json | ConvertFrom-Json }
        @{
            Form = 'CliXml'
            Value = [System.Management.Automation.PSSerializer]::Deserialize(
                [System.Management.Automation.PSSerializer]::Serialize([PgHa.PgInstance]'127.0.0.1:1'))
        }
    ) {
        Get-PgSystemIdentity $Value -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.TargetObject | Should -Be ([PgHa.PgInstance]'127.0.0.1:1')

        $Value | Get-PgSystemIdentity -ErrorAction SilentlyContinue -ErrorVariable piped
        $piped.TargetObject | Should -Be ([PgHa.PgInstance]'127.0.0.1:1')
    }

    It 'survives JSON and CliXml with all it has' {
        $instance = [PgHa.PgInstance]@{
            Name = 'node20'; Port = 1; DataDirectory = '/data/node20'; Version = [PgHa.ServerVersion]::Parse('15.18')
        }
        $json = $instance | ConvertTo-Json -WarningAction Stop
        foreach ($copy in ($json | ConvertFrom-Json),
            [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($instance))) {
            $copy | Get-PgSystemIdentity -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.TargetObject | Should -Be $instance
        }
    }

    It 'is not <What>' -ForEach @(
        @{ What = 'a number'; Value = 42 }
        @{ What = 'a hashtable with a misspelt property'; Value = @{ Prt = 1 } }
        @{ What = 'an empty hashtable'; Value = @{} }
        @{ What = 'a text with an impossible port'; Value = 'db1:99999' }
        @{ What = 'nothing'; Value = $null }
    ) {
        { Get-PgSystemIdentity $Value } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,PgHa.Commands.GetPgSystemIdentityCommand'
    }
}
