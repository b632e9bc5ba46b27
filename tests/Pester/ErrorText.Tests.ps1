# What a user meets first: a typo, a wrong password, a server that is down, a path that is no data directory, a name of nobody's.
# Each error says which server or thing it is about, what happened, and what to do next.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $majors = Get-PgHaTestMajor
    $one = @($majors | Where-Object Major -EQ 15) + $majors | Select-Object -First 1

    # What a cmdlet must have besides its server, so that it gets as far as the server.
    $needed = @{
        'New-PgReplicationRole' = { @{ ReplicationCredential = $wrongLogin } }
        'Add-PgHbaRule' = { @{ Rule = 'host all all 10.0.0.0/8 md5' } }
        'Remove-PgHbaRule' = { @{ Rule = 'host all all 10.0.0.0/8 md5' } }
        'Enable-PgArchiving' = { @{ ArchiveDirectory = "$area/archive" } }
        'New-PgBaseBackup' = { @{ Name = 'x'; DataDirectory = "$area/x"; Port = 1 } }
        'Set-PgSetting' = { @{ Setting = @{ work_mem = '1MB' } } }
        'Reset-PgSetting' = { @{ Name = 'work_mem' } }
        'New-PgReplicationSlot' = { @{ Name = 'x' } }
        'Copy-PgReplicationSlot' = { @{ Name = 'x'; NewName = 'y' } }
        'Move-PgReplicationSlot' = { @{ Name = 'x'; Lsn = '0/1' } }
        'Remove-PgReplicationSlot' = { @{ Name = 'x' } }
        'Get-PgLogicalChange' = { @{ Name = 'x' } }
        'Send-PgLogicalMessage' = { @{ Prefix = 'x'; Text = 'y' } }
        'New-PgReplicationOrigin' = { @{ Name = 'x' } }
        'Remove-PgReplicationOrigin' = { @{ Name = 'x' } }
        'Set-PgReplicationOrigin' = { @{ Name = 'x'; RemoteLsn = '0/1' } }
        'New-PgReplicationOriginSession' = { @{ Name = 'x' } }
        'Enable-PgSyncStandby' = { @{ Standby = 'x' } }
        'Disable-PgSyncStandby' = { @{ Standby = 'x' } }
        'Repair-PgStandby' = { @{ Upstream = '127.0.0.1:1' } }
        'Set-PgUpstream' = { @{ Upstream = '127.0.0.1:1' } }
        'Set-PgRecoveryConf' = { @{ Upstream = '127.0.0.1:1' } }
        'Switch-PgPrimary' = { @{ Candidate = 'x' } }
        'Export-PgClusterReport' = { @{ Path = "$area/x.html" } }
        'Measure-PgReplicationLag' = { @{ Duration = 0.1 } }
    }
    # Watch-PgReplication goes on, and has a row for a server that does not answer.
    $cmdlets = Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey('Instance') -and $_.Name -ne 'Watch-PgReplication' } |
        ForEach-Object {
            @{ Name = $_.Name; Needed = $needed[$_.Name] ?? { @{} }; HasCredential = $_.Parameters.ContainsKey('Credential') }
        }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
    $wrongLogin = [pscredential]::new('postgres', (ConvertTo-SecureString 'n0t-it' -AsPlainText -Force))

    # The first error of a command, whichever way it comes.
    function Get-Failure([string] $Name, [hashtable] $Parameters) {
        $command = Get-Command $Name
        if ($command.Parameters.ContainsKey('Timeout')) { $Parameters.Timeout = 5 }
        if ($command.Parameters.ContainsKey('Confirm')) { $Parameters.Confirm = $false }
        try { & $Name @Parameters -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null }
        catch { return $_ }
        $failed | Select-Object -First 1
    }

    function Assert-Helpful($Failure, [string] $About) {
        $Failure | Should -Not -BeNullOrEmpty
        "$Failure" | Should -Match $About
        "$Failure" | Should -Not -Match 'Exception|n0t-it|Object reference|Nullable'
        # An error of the binder has its advice in its text.
        if ($Failure.FullyQualifiedErrorId -notlike 'ParameterArgumentTransformationError,*') {
            $Failure.FullyQualifiedErrorId | Should -Not -Match 'Exception'
            $Failure.ErrorDetails.RecommendedAction | Should -Match '[.?]$' -Because "$Failure"
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $area = $TestDrive
        $port = Get-PgHaTestPort
    }

    It 'says of a server that is down which it is, and what to do' {
        $failure = Get-Failure $Name ((& $Needed) + @{ Instance = "127.0.0.1:$port" })

        Assert-Helpful $failure "127\.0\.0\.1:$port"
        $failure.FullyQualifiedErrorId | Should -Match '^(ServerUnreachable|HostAccessRequired|ServerNeedUnknown|NoCandidate),'
    }

    It 'says of a path that it is no data directory' {
        $failure = Get-Failure $Name ((& $Needed) + @{ Instance = "$TestDrive" })

        Assert-Helpful $failure ([regex]::Escape("$TestDrive"))
        "$failure" | Should -Match 'data directory'
    }

}

Describe 'Watch-PgReplication' {
    It 'has a row for a server that is down, and names it' {
        $address = "127.0.0.1:$(Get-PgHaTestPort)"
        Watch-PgReplication $address -Count 1 | Out-String | Should -Match "$([regex]::Escape($address)) cannot be reached"
    }
}

# All servers of the machine are looked through for a name, so three of them stand for all.
Describe 'A name of nobody''s' {
    It 'is told by <Name>' -ForEach ($cmdlets | Where-Object Name -In 'Get-PgSetting', 'Switch-PgPrimary', 'Start-PgInstance') {
        $failure = Get-Failure $Name ((& $Needed) + @{ Instance = 'no-such-node' })

        Assert-Helpful $failure 'no-such-node'
        "$failure" | Should -Match 'No server of this machine is called|there is no host|not on this machine'
    }

    It 'leads to the data directory where its files are needed, since the name may be that of a server that does not run' {
        $failure = Get-Failure Start-PgInstance @{ Instance = 'no-such-node' }
        "$failure" | Should -Match "^No server of this machine is called 'no-such-node', and this is done with the server's files"
        $failure.ErrorDetails.RecommendedAction | Should -Match '^One that does not run is given by its data directory'
    }
}

Describe 'Settings in the place of the server' {
    It 'are told where they belong' {
        $failure = Get-Failure Set-PgSetting @{ Setting = @{ work_mem = '8MB' }; Instance = @{ wal_levl = 'x' } }
        "$failure" | Should -Match "A server has no property 'wal_levl'.*Settings come before their server: Set-PgSetting @\{"
    }
}

Describe 'A server of PostgreSQL <Major>' -ForEach $one {
    BeforeAll {
        $area = New-PgHaTestArea
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name trial -Start
        $address = "127.0.0.1:$($server.Port)"
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'that refuses a password is named by <Name>' -ForEach ($cmdlets | Where-Object HasCredential) {
        $failure = Get-Failure $Name ((& $Needed) + @{ Instance = $address; Credential = $wrongLogin })

        Assert-Helpful $failure ([regex]::Escape($address))
        $failure.FullyQualifiedErrorId | Should -Match '^(WrongPassword|AccessDenied|HostAccessRequired|ServerNeedUnknown),'
    }

    It 'says of <Typed> that there is none: <Id>' -ForEach @(
        @{ Typed = 'work_memm'; Id = 'SettingNotFound'; Name = 'Get-PgSetting'; With = @{ Name = 'work_memm' }; Hint = 'work_mem' }
        @{
            Typed = 'work_memm'; Id = 'SettingNotFound'; Name = 'Set-PgSetting'
            With = @{ Setting = @{ work_memm = '1MB' } }; Hint = 'work_mem'
        }
        @{ Typed = 'work_memm'; Id = 'SettingNotFound'; Name = 'Reset-PgSetting'; With = @{ Name = 'work_memm' }; Hint = 'work_mem' }
        @{ Typed = 'much'; Id = 'InvalidSettingValue'; Name = 'Set-PgSetting'; With = @{ Setting = @{ work_mem = 'much' } } }
        @{ Typed = 'block_size'; Id = 'SettingNotChangeable'; Name = 'Set-PgSetting'; With = @{ Setting = @{ block_size = '1' } } }
        @{ Typed = 'nobody'; Id = 'SlotNotFound'; Name = 'Get-PgReplicationSlot'; With = @{ Name = 'nobody' } }
        @{ Typed = 'nobody'; Id = 'SlotNotFound'; Name = 'Remove-PgReplicationSlot'; With = @{ Name = 'nobody' } }
        @{ Typed = 'nobody'; Id = 'SlotNotFound'; Name = 'Get-PgLogicalChange'; With = @{ Name = 'nobody' } }
        @{ Typed = 'nobody'; Id = 'OriginNotFound'; Name = 'Get-PgReplicationOrigin'; With = @{ Name = 'nobody' } }
        @{ Typed = 'nobody'; Id = 'NodeNotFound'; Name = 'Switch-PgPrimary'; With = @{ To = 'nobody' } }
        @{ Typed = 'MemberDow'; Id = 'CheckNotFound'; Name = 'Test-PgCluster'; With = @{ ExcludeCheck = 'MemberDow' }; Hint = 'MemberDown' }
        @{
            Typed = 'nothing-like-it'; Id = 'CheckNotFound'; Name = 'Test-PgCluster'
            With = @{ ExcludeCheck = 'nothing-like-it' }; Hint = 'Get-Help'
        }
        @{ Typed = '10.0.0.0/8'; Id = 'HbaRuleNotFound'; Name = 'Remove-PgHbaRule'; With = @{ Rule = 'host all all 10.0.0.0/8 md5' } }
        @{ Typed = 'trial'; Id = 'NotAStandby'; Name = 'Resume-PgReplay'; With = @{} }
    ) {
        $failure = Get-Failure $Name ($With + @{ Instance = $server })

        Assert-Helpful $failure ([regex]::Escape($Typed))
        $failure.FullyQualifiedErrorId | Should -Match "^$Id,"
        if ($Hint) { "$failure $($failure.ErrorDetails.RecommendedAction)" | Should -Match "\b$Hint\b" }
    }

    It 'has its name suggested for one that is nearly it' {
        $failure = Get-Failure Get-PgInstance @{ Name = 'trail'; Path = $area }
        Assert-Helpful $failure 'trail'
        $failure.FullyQualifiedErrorId | Should -BeLike 'InstanceNotFound,*'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Did you mean trial\?'
    }

    It 'says of a database and a role that are not there which they are' {
        $nobody = [pscredential]::new('nobody', (ConvertTo-SecureString 'n0t-it' -AsPlainText -Force))
        Assert-Helpful (Get-Failure Get-PgSystemIdentity @{
            Instance = $server; Credential = $nobody; Database = 'postgres'
        }) 'nobody|password'
        $failure = Get-Failure Send-PgLogicalMessage @{ Instance = $server; Database = 'nobody'; Prefix = 'x'; Text = 'y' }
        Assert-Helpful $failure 'nobody'
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatabaseNotFound,*'
    }
}
