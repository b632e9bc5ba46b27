# Commands that need SQL only start no process and open no file of the server: what the kernel saw, where there is strace.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = @(Get-PgHaTestMajor) | Select-Object -Last 1
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'SQL access alone on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $everything = {
            param([string] $Module, [int] $PrimaryPort, [int] $StandbyPort)
            $ErrorActionPreference = 'Stop'
            # Nothing could be started by name.
            $env:PATH = ''
            Import-Module $Module
            $primary, $standby = "127.0.0.1:$PrimaryPort", "127.0.0.1:$StandbyPort"
            $null = $primary, $standby | Get-PgReplicationStatus
            $null = $primary | Get-PgSyncStandby
            $null = $primary | Measure-PgReplicationLag -Duration 0.2 -Interval 0.1
            $null = $primary | Watch-PgReplication -Count 1
            $standby | Wait-PgReplication -CommitLevel on
            $null = $primary | New-PgReplicationSlot sql_only
            $null = $primary | Get-PgReplicationSlot
            ($primary | New-PgReplicationSlot sql_only_temporary -Temporary).Dispose()
            $primary | Remove-PgReplicationSlot sql_only -Confirm:$false
            $primary | Set-PgSetting @{ work_mem = '5MB' }
            $null = $primary | Get-PgSetting work_mem
            $primary | Reset-PgSetting work_mem
            $primary | Enable-PgSyncStandby standby
            $primary | Disable-PgSyncStandby
            $null = $primary | Get-PgSystemIdentity
            $null = $primary | Get-PgServerProcess
            $null = $primary | Get-PgHbaRule
            'done'
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'has started and reaped no child process' -Skip:(-not $IsLinux) {
        # The kernel adds the page faults of a child to its parent's account when it is reaped: even the shortest leaves some.
        function Get-ChildFault { [long]((Get-Content /proc/self/stat -Raw) -replace '^.*\) ' -split ' ')[8] }
        $before, $path = (Get-ChildFault), $env:PATH
        try { & $everything (Get-PgHaTestModule) $primary.Port $standby.Port | Should -Be 'done' }
        finally { $env:PATH = $path }
        Get-ChildFault | Should -Be $before

        /bin/true
        Get-ChildFault | Should -BeGreaterThan $before -Because 'this is how a child shows'
    }

    It 'takes the credential to the upstream too' {
        $null = Invoke-Psql $primary 'create role watcher login; grant pg_monitor to watcher'
        $watcher = [pscredential]::new('watcher', (ConvertTo-SecureString 'any' -AsPlainText -Force))
        $upstream = "host=127.0.0.1 port=$($primary.Port) user=nobody_here"
        $standby | Wait-PgReplication -Credential $watcher -PassThru | Should -Not -BeNullOrEmpty
        $standby | Wait-PgReplication -Upstream $upstream -Credential $watcher -PassThru -ErrorAction Stop | Should -Not -BeNullOrEmpty
        { $standby | Wait-PgReplication -Upstream $upstream -ErrorAction Stop } |
            Should -Throw -ErrorId 'AccessDenied,PgHa.Commands.WaitPgReplicationCommand'
    }

    It 'shows where the WAL of a standby comes from' {
        $recovery = $standby | Get-PgRecoveryConf -ErrorAction Stop
        $recovery.UpstreamPort | Should -Be $primary.Port
        $recovery.SlotName | Should -Be 'standby_slot'
    }

    It 'calls no exec and opens nothing in the data directories' -Skip:(-not (Get-Command strace -ErrorAction Ignore)) {
        Set-Content "$TestDrive/everything.ps1" $everything
        $shell = (Get-PgHaTestPowerShell), '-NoProfile', '-NonInteractive', '-File', "$TestDrive/everything.ps1", (Get-PgHaTestModule)
        $out = strace -f -qq -e trace=execve,open,openat -o "$TestDrive/trace" @shell $primary.Port $standby.Port
        $out | Should -Be 'done'

        $calls = Get-Content "$TestDrive/trace"
        @($calls -match 'openat\(').Count | Should -BeGreaterThan 100 -Because 'the trace is of a whole session'
        @($calls -match 'PgHa\.Engine\.dll').Count | Should -BeGreaterThan 0
        # The first is the shell itself.
        @($calls -match 'execve\(').Count | Should -Be 1
        $calls -match [regex]::Escape("$area") | Should -BeNullOrEmpty
    }
}
