# Having a standby follow another server, on every major of the run.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'Set-PgUpstream on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $secret = 'it''s "secret" \ & more'
        $replicator = New-LocalLogin repl $secret
        $primary = New-LocalServer $area $BinDirectory primary
        if ($Major -lt 10) {
            $primary | Set-PgSetting @{ wal_level = 'replica'; max_wal_senders = 10; max_replication_slots = 10; hot_standby = 'on' }
        }
        $primary = $primary | Start-PgInstance -PassThru
        $primary | New-PgReplicationRole -ReplicationCredential $replicator
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $standbys = foreach ($name in 'one', 'two') {
            $null = $primary | New-PgReplicationSlot $name -ReserveWal
            $primary | New-PgBaseBackup $name -DataDirectory "$area/$name" -Port (Get-PgHaTestPort) -NoSync |
                Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator -SlotName $name -PassThru |
                Start-PgInstance -PassThru
        }
        $one, $two = $standbys
        $standbys | Wait-PgReplication
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'shows the steps with -WhatIf, and does nothing' {
        $plan = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            '$area/two' | Set-PgUpstream '$area/one' -CreateSlot -RemoveOldSlot -WhatIf" | Out-String
        $plan | Should -BeLike '*Create slot two*'
        $plan | Should -BeLike "*Follow $one through slot two, and $($Major -ge 13 ? 'reload' : 'restart it')*"
        $plan | Should -BeLike '*Wait until two streams*'
        $plan | Should -BeLike '*Remove slot two*'
        ($one | Get-PgReplicationSlot) | Should -BeNullOrEmpty
        ($two | Get-PgRecoveryConf).UpstreamPort | Should -Be $primary.Port
    }

    It 'logs in as before, and moves the slot' {
        $output = $two | Set-PgUpstream $one -CreateSlot -RemoveOldSlot -Verbose -PassThru *>&1
        ($output | Where-Object { $_ -is [PgHa.PgInstance] }) | Should -Be $two
        $output | Out-String | Should -Not -Match 'secret'
        $recovery = $two | Get-PgRecoveryConf
        $recovery.UpstreamPort, $recovery.UserName, $recovery.SlotName, $recovery.ApplicationName |
            Should -Be $one.Port, 'repl', 'two', 'two'
        (Get-PgReplicationStatus $one).Standbys.ApplicationName | Should -Be 'two'
        ($primary | Get-PgReplicationSlot).Name | Should -Be 'one'
    }

    It 'does nothing where it is so already' {
        $steps = $two | Set-PgUpstream $one -SlotName two -Verbose 4>&1
        "$steps" | Should -BeLike '*it is so already*'
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'UpstreamIsDescendant'; Subject = { $one }; Upstream = { $two } }
        @{ Id = 'UpstreamIsItself'; Subject = { $one }; Upstream = { $one } }
        @{ Id = 'NotAStandby'; Subject = { $primary }; Upstream = { $one } }
        @{ Id = 'ServerUnreachable'; Subject = { $one }; Upstream = { '127.0.0.1:1' } }
    ) {
        { & $Subject | Set-PgUpstream (& $Upstream) -ErrorAction Stop } | Should -Throw -ErrorId "$Id,PgHa.Commands.SetPgUpstreamCommand"
        (Get-PgReplicationStatus $one).Upstream | Should -BeNullOrEmpty
        ($one | Get-PgRecoveryConf).UpstreamPort | Should -Be $primary.Port
    }
}
