# Servers by their names and paths, completion, and values as PostgreSQL spells them.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'A server by name on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $port = Get-PgHaTestPort
        # Other tests of this machine have servers too.
        $name = "named_$port"
        $server = New-PgInstance $name -DataDirectory "$area/$name" -Port $port -BinDirectory $BinDirectory -NoSync -Trust | Start-PgInstance -PassThru
        function Get-Completed([string] $Text) { (TabExpansion2 $Text $Text.Length).CompletionMatches.CompletionText }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is found in any case, and as the first argument' {
        (Get-PgSystemIdentity $name).Server.Port | Should -Be $port
        (Get-PgReplicationStatus $name.ToUpperInvariant()).Server.DataDirectory | Should -Be $server.DataDirectory
        (Get-PgCluster $name).Members.Server.Port | Should -Be $port
        Show-PgCluster $name | Select-Object -Skip 1 -First 1 | Should -BeLike "*primary*$port*"
    }

    It 'is asked for where the name is misspelt' {
        Get-PgSystemIdentity "$($name)x" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        $failed.FullyQualifiedErrorId | Should -Be 'ServerUnreachable,PgHa.Commands.GetPgSystemIdentityCommand'
        "$failed" | Should -BeLike "*there is no host '$($name)x'*Did you mean*$name*"
    }

    It 'is not found at a path without a server' {
        { Get-PgSystemIdentity /nope } | Should -Throw "*There is no directory '/nope'*" -ErrorId 'ParameterArgumentTransformationError,PgHa.Commands.GetPgSystemIdentityCommand'
        { Get-PgSystemIdentity "$area" } | Should -Throw "*neither a data directory*" -ErrorId 'ParameterArgumentTransformationError,PgHa.Commands.GetPgSystemIdentityCommand'
    }

    It 'is not looked for in a folder that is missing' {
        Get-PgInstance -Path /nope -ErrorVariable failed -ErrorAction SilentlyContinue

        $failed.FullyQualifiedErrorId | Should -Be 'DirectoryNotFound,PgHa.Commands.GetPgInstanceCommand'
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'completes names of its settings, also piped in and as a table' {
        Get-Completed "Get-PgSetting -Instance '127.0.0.1:$port' wal_lev" | Should -Be 'wal_level'
        $global:PgHaTestServer = $server
        try {
            Get-Completed '$PgHaTestServer | Get-PgSetting wal_lev' | Should -Be 'wal_level'
            Get-Completed '$PgHaTestServer | Set-PgSetting wal_lev' | Should -Be "@{ wal_level = 'replica' }"
        }
        finally { Remove-Variable PgHaTestServer -Scope Global }
    }

    It 'has the settings reset that are piped in' {
        $server | Set-PgSetting @{ work_mem = '8MB' }
        $server | Get-PgSetting work_mem | Reset-PgSetting

        (Get-PgSetting work_mem $server).Value | Should -Be '4MB'
        { $server | Reset-PgSetting -ErrorAction Stop } | Should -Throw -ErrorId 'NoSettingNamed,PgHa.Commands.ResetPgSettingCommand'
    }

    It 'takes and shows a method as pg_hba.conf has it' {
        $rule = Add-PgHbaRule -Instance $server -Database all -User all -Address 10.2.0.0/16 -Method scram-sha-256

        $rule.Method | Should -Be ScramSha256
        $rule | Format-Table | Out-String | Should -BeLike '*host*10.2.0.0/16*scram-sha-256*'
        $rule | Remove-PgHbaRule
    }
}
