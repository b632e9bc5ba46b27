# Getting a former primary back into its cluster, on every major of the run.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'Repair-PgStandby on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea
        $canRewind = Test-Path "$BinDirectory/pg_rewind"
        $secret = 'it''s "secret" \ & more'
        $replicator = New-LocalLogin repl $secret
        $old = New-LocalServer $area $BinDirectory old |
            Set-PgSetting @{ wal_log_hints = 'on'; work_mem = '7MB' } -PassThru | Start-PgInstance -PassThru
        $null = $old | New-PgReplicationRole -ReplicationCredential $replicator
        $risen = $old | New-PgBaseBackup risen -DataDirectory "$area/risen" -Port (Get-PgHaTestPort) -NoSync |
            Set-PgRecoveryConf -Upstream $old -ReplicationCredential $replicator -PassThru | Start-PgInstance -PassThru
        $risen | Wait-PgReplication
        $risen | Set-PgSetting @{ work_mem = '9MB' }
        $risen | Invoke-PgPromotion -Force
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'refuses a server that runs as a primary' {
        { $old | Repair-PgStandby $risen -ErrorAction Stop } |
            Should -Throw -ErrorId 'RunningAsPrimary,PgHa.Commands.RepairPgStandbyCommand'
    }

    It 'says what it takes, and asks for consent by name' {
        Invoke-LocalSql $old 'create table lost (a int)' $ToolsDirectory
        $old | Stop-PgInstance
        $id = $canRewind ? 'DataLossNotAllowed' : 'NewCloneNotAllowed'
        { $old | Repair-PgStandby $risen -ErrorAction Stop } | Should -Throw -ErrorId "$id,PgHa.Commands.RepairPgStandbyCommand"
        $plan = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            '$area/old' | Repair-PgStandby '$area/risen' -AllowDataLoss -AllowNewClone -WhatIf" | Out-String
        $plan | Should -BeLike ($canRewind ? '*with 1 commit in it*Rewind it to*' : '*there is no *pg_rewind*Clone *old.pgha-old-*')
        Get-ChildItem $area | Where-Object Name -Like 'old.pgha*' | Should -BeNullOrEmpty
        "$area/old/standby.signal", "$area/old/recovery.conf" | Should -Not -Exist
    }

    It 'takes it back, with its own settings and the password that the new primary had' {
        $output = $old | Repair-PgStandby $risen -AllowDataLoss -AllowNewClone -RemoveOld -SlotName old -CreateSlot -PassThru -Verbose *>&1
        $output | Out-String | Should -Not -Match 'secret'
        ($output | Where-Object { $_ -is [PgHa.PgInstance] }) | Should -Be $old
        $status = Get-PgReplicationStatus $risen
        $status.Standbys.ApplicationName | Should -Be 'old'
        $status.Standbys.UserName | Should -Be 'repl'
        $status.Slots.Name | Should -Be 'old'
        Invoke-LocalSql $old 'show work_mem' $ToolsDirectory | Should -Be '7MB'
        Get-ChildItem $area | Where-Object Name -Like 'old.pgha*' | Should -BeNullOrEmpty
    }

    It 'does nothing where it streams already' {
        $steps = $old | Repair-PgStandby $risen -Verbose 4>&1
        "$steps" | Should -BeLike '*has nothing that*has not.'
    }
}
