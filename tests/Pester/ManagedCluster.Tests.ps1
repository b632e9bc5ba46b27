# A cluster of a real Patroni: PgHa knows who is in charge, and refuses what Patroni would undo before anything is changed.
# Patroni keeps its state in Raft here, so that no other service is needed. It is Debian's package (.ci/run installs it).

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $fifteen = Get-PgHaTestMajor | Where-Object { $_.Major -eq 15 -and $_.HasOwnTools }
    # On CI it has to be there.
    $isMissing = -not $env:CI -and -not (Test-Path /usr/bin/patronictl)
}

Describe 'A cluster that Patroni manages' -ForEach $fifteen -Skip:$isMissing {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $ports = Get-PgHaTestPort -Count 6
        $user = Get-PgHaTestUser
        $asServer = [Environment]::IsPrivilegedProcess ? @('runuser', '-u', $user, '--') : @()
        $postgres, $rest, $raft = $ports[0, 1], $ports[2, 3], $ports[4, 5]

        function Invoke-AsServer([string] $Script) {
            $program, $arguments = @($asServer) + @('sh', '-c', $Script)
            & $program @arguments
        }

        function Start-Patroni([int] $Number) {
            $other = 1 - $Number
            @"
scope: demo
name: p$Number
restapi: {listen: '127.0.0.1:$($rest[$Number])', connect_address: '127.0.0.1:$($rest[$Number])'}
raft: {data_dir: $area/raft$Number, self_addr: '127.0.0.1:$($raft[$Number])', partner_addrs: ['127.0.0.1:$($raft[$other])']}
bootstrap:
  dcs: {ttl: 20, loop_wait: 2, retry_timeout: 5, postgresql: {use_pg_rewind: true, parameters: {fsync: 'off'}}}
  initdb: [data-checksums, no-sync]
  pg_hba: [local all all trust, local replication all trust, host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
postgresql:
  listen: 127.0.0.1:$($postgres[$Number])
  connect_address: 127.0.0.1:$($postgres[$Number])
  data_dir: $area/p$Number
  bin_dir: $ToolsDirectory
  authentication:
    superuser: {username: postgres, password: x}
    replication: {username: replicator, password: x}
    rewind: {username: rewinder, password: x}
  parameters: {unix_socket_directories: $area}
"@ | Set-Content "$area/p$Number.yml"
            Invoke-AsServer "cd $area && { setsid patroni p$Number.yml > p$Number.log 2>&1 < /dev/null & } && echo `$!"
        }

        function Get-PatroniMember {
            Invoke-AsServer "cd $area && patronictl -c p0.yml list -f json" | ConvertFrom-Json | Sort-Object Member
        }

        function Wait-Patroni {
            $deadline = [datetime]::UtcNow.AddSeconds(60)
            do {
                Start-Sleep -Milliseconds 500
                $members = @(try { Get-PatroniMember } catch { $null = $_ })
                if ([datetime]::UtcNow -gt $deadline) { throw "Patroni is not up: $(Get-Content $area/p?.log -Tail 5)" }
            } until ($members.Count -eq 2 -and -not ($members.State -notmatch 'running|streaming') -and $members.Role -contains 'Leader')
            $members
        }

        # What a refused command must not have changed.
        function Get-Trace {
            Get-PatroniMember | ForEach-Object { "$($_.Member) $($_.Role) $($_.State) $($_.TL)" }
            Get-ChildItem $area/p0, $area/p1 -Filter *.conf | Get-FileHash | ForEach-Object { "$($_.Path) $($_.Hash)" }
            Get-Content $area/p0/postmaster.pid, $area/p1/postmaster.pid -TotalCount 1
        }

        $patroni = 0, 1 | ForEach-Object { Start-Patroni $_ }
        $leader = (Wait-Patroni | Where-Object Role -EQ Leader).Member
        $replica = $leader -eq 'p0' ? 'p1' : 'p0'
        $primary, $standby = $leader, $replica | ForEach-Object { Get-PgInstance -DataDirectory "$area/$_" }
    }

    AfterAll {
        if ($patroni) { sh -c "kill -KILL $patroni" 2>$null }
        $area | Remove-PgHaTestArea
    }

    It 'is known by files and processes, by SQL alone, and as a cluster' {
        $primary.ManagedBy, $standby.ManagedBy | Should -Be 'Patroni', 'Patroni'
        $seen = Get-PgCluster "127.0.0.1:$($primary.Port)"
        $seen.ManagedBy | Should -Be 'Patroni'
        $seen.Members.ManagedBy | Should -Be 'Patroni', 'Patroni'
        "$($seen.Members[0].Management.Signs)" | Should -Match "session 'Patroni.*by SQL.*patroni.dynamic.json.*process patroni"
        ($seen | Out-String) | Should -Match 'managed by Patroni'
        (Test-PgCluster $primary, $standby -Detailed).Check | Should -Contain 'ManagedByAnother'
        (Test-PgCluster $primary, $standby -Detailed).Check | Should -Not -Contain 'ManagerMissesMember'
    }

    It 'is left as it is by every command that Patroni would undo' {
        $before = Get-Trace
        $candidate = ($standby | Get-PgCluster).Members.Where({ $_.Role -eq 'Standby' }).Name
        $sqlOnly = "127.0.0.1:$($primary.Port)"
        $changes = [ordered]@{
            'patronictl switchover' = { $primary | Switch-PgPrimary -Candidate $candidate }
            'patronictl failover' = { $primary | Invoke-PgFailover -Candidate $candidate -PrimaryIsFenced -AllowDataLoss -Confirm:$false }
            'stop Patroni' = { $standby | Invoke-PgPromotion -Force }
            'patronictl pause' = { $primary | Stop-PgInstance }
            'patronictl pause --wait' = { $sqlOnly | Stop-PgInstance }
            'patronictl restart CLUSTER MEMBER' = { $standby | Restart-PgInstance }
            'patronictl restart CLUSTER \(' = { $primary | Restart-PgCluster -Confirm:$false }
            'patronictl reinit' = { $standby | Repair-PgStandby $primary -NewClone }
            'replicatefrom' = { $standby | Set-PgUpstream $primary }
            'edit-config --pg NAME' = { $sqlOnly | Set-PgSetting @{ work_mem = '5MB' } }
            'synchronous_mode' = { $primary | Enable-PgSyncStandby $candidate }
            'under slots' = { $primary | New-PgReplicationSlot other }
            'pg_hba' = { $primary | Add-PgHbaRule 'host all all 10.0.0.0/8 scram-sha-256' }
            'patronictl remove' = { $primary | Remove-PgCluster -Confirm:$false }
        }
        $ErrorActionPreference = 'Stop'
        foreach ($command in $changes.Keys) {
            $failure = $changes[$command] | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ManagedByAnother,*' -Because $changes[$command]
            $failure.ErrorDetails.RecommendedAction | Should -Match $command
        }
        Get-Trace | Should -Be $before
    }

    It 'is backed up without a word, and a clone is said to be none of Patroni''s' {
        $kept = @{ WarningVariable = 'warnings'; WarningAction = 'SilentlyContinue' }
        $null = $primary | New-PgBaseBackup -BackupDirectory "$area/kept" -NoSync @kept
        $warnings | Should -BeNullOrEmpty
        $null = $primary | New-PgBaseBackup clone -DataDirectory "$area/clone" -Port ($primary.Port + 1000) -WhatIf @kept
        "$warnings" | Should -Match 'managed by Patroni, and Patroni does not know the clone'
    }

    It 'takes a setting with -EvenIfManaged, and the check says what that did' {
        $standby | Set-PgSetting @{ work_mem = '5MB' } -EvenIfManaged -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'overrules Patroni'
        $found = Test-PgCluster $primary, $standby -Detailed | Where-Object Check -EQ ManagerOverruled
        $found.Evidence | Should -Match 'work_mem'
    }

    It 'is not failed over beside a Patroni that starts the crashed server again' {
        $postmaster = Get-Content "$area/$leader/postmaster.pid" -TotalCount 1
        sh -c "kill -KILL $postmaster"

        { $standby, $primary | Invoke-PgFailover -PrimaryIsFenced -AllowDataLoss -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'ManagedByAnother,PgHa.Commands.InvokePgFailoverCommand'
    }

    It 'is nobody''s once Patroni has gone, and its traces are a warning' {
        sh -c "kill -KILL $patroni"
        $patroni = $null

        $left = Get-PgInstance -DataDirectory "$area/$replica"
        $left.ManagedBy | Should -BeNullOrEmpty
        $left | Stop-PgInstance -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'traces of Patroni, which is not seen at work'
    }
}
