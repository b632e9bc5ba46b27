# Clusters that a real repmgrd and a real pg_auto_failover manage: PgHa knows who is in charge, and changes nothing that they would not
# expect. Both tools are Debian's packages for PostgreSQL 15 (.ci/run installs them).

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $programs = '/usr/lib/postgresql/15/bin'
    $fifteen = Get-PgHaTestMajor | Where-Object { $_.Major -eq 15 -and $_.BinDirectory -eq $programs }
    # On CI they have to be there.
    $hasNoRepmgr = -not $env:CI -and -not (Test-Path $programs/repmgrd)
    $hasNoAutoFailover = -not $env:CI -and -not (Test-Path /usr/bin/pg_autoctl)
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
    $user = Get-PgHaTestUser
    $asServer = [Environment]::IsPrivilegedProcess ? @('runuser', '-u', $user, '--') : @()

    function Invoke-AsServer([string] $Script) {
        $program, $arguments = @($asServer) + @('sh', '-c', $Script)
        $out = & $program @arguments 2>&1
        if ($LASTEXITCODE -ne 0) { throw "$Script : $out" }
        $out
    }

    # A session of its own, so that it and its children are ended together.
    function Start-AsServer([string] $Script, [string] $Log) {
        Invoke-AsServer "{ setsid $Script > $Log 2>&1 < /dev/null & } && echo `$!"
    }

    function Wait-Answer([scriptblock] $Question, [string] $Expected, [string] $Log) {
        $deadline = [datetime]::UtcNow.AddSeconds(60)
        do {
            Start-Sleep -Milliseconds 200
            $answer = try { & $Question } catch { "$_" }
            if ([datetime]::UtcNow -gt $deadline) { throw "$answer instead of $Expected. $(Get-Content $Log -Tail 5)" }
        } until ("$answer" -match $Expected)
    }

    # Each refused with the manager's own command, by name of a part of it.
    function Assert-Refused([Collections.IDictionary] $Changes) {
        foreach ($command in $Changes.Keys) {
            $failure = { $ErrorActionPreference = 'Stop'; & $Changes[$command] } | Should -Throw -PassThru -Because $Changes[$command]
            $failure.FullyQualifiedErrorId | Should -BeLike 'ManagedByAnother,*' -Because "$($Changes[$command]): $failure"
            $failure.ErrorDetails.RecommendedAction | Should -Match $command
        }
    }
}

Describe 'A cluster that repmgrd watches' -ForEach $fifteen -Skip:$hasNoRepmgr {
    BeforeAll {
        $area = New-PgHaTestArea
        $node1 = New-LocalServer $area $BinDirectory node1
        $null = $node1 | Add-PgHbaRule 'host all repmgr 127.0.0.1/32 trust', 'host replication repmgr 127.0.0.1/32 trust'
        $node1 = $node1 | Set-PgSetting @{ shared_preload_libraries = 'repmgr' } -PassThru | Start-PgInstance -PassThru
        $null = Invoke-LocalSql $node1 'create role repmgr superuser login' $ToolsDirectory
        $null = Invoke-LocalSql $node1 'create database repmgr owner repmgr' $ToolsDirectory
        $node2 = $node1 | New-PgBaseBackup node2 -DataDirectory "$area/node2" -Port (Get-PgHaTestPort) -NoSync
        $streaming = [pscredential]::new('repmgr', (ConvertTo-SecureString 'none' -AsPlainText -Force))
        $node2 = $node2 | Set-PgRecoveryConf -Upstream $node1 -ReplicationCredential $streaming -PassThru | Start-PgInstance -PassThru
        $node2 | Wait-PgReplication -Timeout 30
        foreach ($node in $node1, $node2) {
            @"
node_id=$($node.Name[-1])
node_name='$($node.Name)'
conninfo='host=127.0.0.1 port=$($node.Port) user=repmgr dbname=repmgr connect_timeout=2'
data_directory='$($node.DataDirectory)'
pg_bindir='$BinDirectory'
failover=automatic
promote_command='$BinDirectory/repmgr standby promote -f $area/$($node.Name).conf'
follow_command='$BinDirectory/repmgr standby follow -f $area/$($node.Name).conf --upstream-node-id=%n'
reconnect_attempts=30
"@ | Set-Content "$area/$($node.Name).conf"
        }
        $null = Invoke-AsServer "$BinDirectory/repmgr -f $area/node1.conf primary register"
        $null = Invoke-AsServer "$BinDirectory/repmgr -f $area/node2.conf standby register"
        $daemons = foreach ($name in 'node1', 'node2') {
            Start-AsServer "$BinDirectory/repmgrd -f $area/$name.conf --pid-file=$area/$name.pid --daemonize=false" "$area/$name.log"
        }
        # What repmgr itself says: role and state of each node, and whether its daemon runs.
        function Get-Trace {
            Invoke-AsServer "$BinDirectory/repmgr -f $area/node1.conf service status" | Where-Object { $_ -match '^ \d' } |
                ForEach-Object { ($_ -split '\|').Trim()[1, 2, 3, 4, 5, 7] -join ' ' }
        }
        $expected = '^node1 primary \* running +running no; node2 standby +running node1 running no$'
        Wait-Answer { (Get-Trace) -join '; ' } $expected "$area/node1.log"
    }

    AfterAll {
        if ($daemons) { sh -c "kill -KILL $daemons" 2>$null }
        $area | Remove-PgHaTestArea
    }

    It 'is known' {
        Get-PgInstance -DataDirectory $node1.DataDirectory, $node2.DataDirectory | ForEach-Object ManagedBy | Should -Be 'repmgr', 'repmgr'
        (Get-PgCluster "127.0.0.1:$($node1.Port)").ManagedBy | Should -Be repmgr
    }

    It 'keeps its daemons and its table of nodes, because every change of roles is refused' {
        $before = Get-Trace
        Assert-Refused ([ordered]@{
            'repmgr standby switchover' = { $node1 | Switch-PgPrimary -Candidate node2 -Confirm:$false }
            'repmgr standby promote' = { $node1 | Invoke-PgFailover -Candidate node2 -PrimaryIsFenced -AllowDataLoss -Confirm:$false }
            'repmgr standby unregister' = { $node2 | Invoke-PgPromotion -Force }
            'repmgr service pause' = { $node1 | Stop-PgInstance }
            'repmgr node rejoin' = { $node2 | Repair-PgStandby $node1 -Confirm:$false }
            'repmgr standby follow' = { $node2 | Set-PgUpstream $node1 }
        })
        Get-Trace | Should -Be $before
        # What repmgr leaves to the administrator goes through.
        $node1 | Set-PgSetting @{ work_mem = '5MB' }
    }

    It 'gets no standby that repmgr does not know' {
        $nodes = foreach ($node in $node1, $node2) {
            @{ Name = $node.Name; Host = '127.0.0.1'; Port = $node.Port; DataDirectory = $node.DataDirectory }
        }
        $nodes[1].Upstream = 'node1'
        $third = @{ Name = 'node3'; Host = '127.0.0.1'; Port = Get-PgHaTestPort; DataDirectory = "$area/node3"; Upstream = 'node1' }
        $definition = @{ Name = 'watched'; ReplicationRole = 'repmgr'; Nodes = $nodes + $third }
        $before = Get-Trace
        Assert-Refused @{ 'repmgr standby register' = { New-PgCluster $definition -Confirm:$false } }
        Assert-Refused @{ 'repmgr standby register' = { Sync-PgCluster $definition -Confirm:$false } }
        Get-Trace | Should -Be $before
        Test-Path "$area/node3" | Should -BeFalse
        $warning = New-PgCluster $definition -EvenIfManaged -RoleCredential $streaming -WhatIf 3>&1
        "$warning" | Should -BeLike '*managed by repmgr: repmgr does not know the clone*'
    }
}

Describe 'A cluster that pg_auto_failover manages' -ForEach $fifteen -Skip:$hasNoAutoFailover {
    BeforeAll {
        $area = New-PgHaTestArea
        $ports = Get-PgHaTestPort -Count 3
        $places = "HOME=$area XDG_CONFIG_HOME=$area/config XDG_DATA_HOME=$area/data XDG_RUNTIME_DIR=$area/run"
        $common = "--auth trust --no-ssl --hostname 127.0.0.1 --pgctl $BinDirectory/pg_ctl --run"
        $monitor = "postgres://autoctl_node@127.0.0.1:$($ports[0])/pg_auto_failover"
        function Start-Node([string] $Name, [int] $Port) {
            Start-AsServer ("env $places pg_autoctl create postgres --pgdata $area/$Name --pgport $Port --name $Name " +
                "--monitor $monitor $common") "$area/$Name.log"
        }
        function Get-Trace {
            Invoke-AsServer "cd $area && env $places pg_autoctl show state --json --monitor $monitor" | ConvertFrom-Json |
                ForEach-Object { $_ } | Sort-Object nodename | ForEach-Object { "$($_.nodename) $($_.current_group_state)" }
        }
        $null = Invoke-AsServer "cd $area && mkdir config data run"
        $keepers = @(Start-AsServer "env $places pg_autoctl create monitor --pgdata $area/m --pgport $($ports[0]) $common" "$area/m.log")
        Wait-Answer { Get-Content "$area/m/postmaster.pid" | Select-Object -Index 7 } '^ready' "$area/m.log"
        $keepers += Start-Node n1 $ports[1]
        Wait-Answer { Get-Trace } 'n1 single' "$area/n1.log"
        $keepers += Start-Node n2 $ports[2]
        Wait-Answer { Get-Trace } 'n1 primary.*n2 secondary' "$area/n2.log"
        $primary, $standby = 'n1', 'n2' | ForEach-Object { Get-PgInstance -DataDirectory "$area/$_" }
    }

    AfterAll {
        # The keepers without their servers, which are stopped with the folder.
        foreach ($keeper in $keepers) {
            $own = ps -o 'pid=,comm=' -g $keeper | Where-Object { $_ -match 'pg_autoctl' } | ForEach-Object { ($_.Trim() -split ' ')[0] }
            sh -c "kill -KILL $own" 2>$null
        }
        $area | Remove-PgHaTestArea
    }

    It 'is known' {
        $primary.ManagedBy, $standby.ManagedBy | Should -Be 'pg_auto_failover', 'pg_auto_failover'
        (Get-PgCluster "127.0.0.1:$($primary.Port)").ManagedBy | Should -Be 'pg_auto_failover'
    }

    It 'keeps its primary, because what its keeper would undo is refused' {
        $before = Get-Trace
        $candidate = ($standby | Get-PgCluster).Members.Where({ $_.Role -eq 'Standby' }).Name
        Assert-Refused ([ordered]@{
            'perform switchover' = { $primary | Switch-PgPrimary -Candidate $candidate -Confirm:$false }
            'perform failover' = { $primary | Invoke-PgFailover -Candidate $candidate -PrimaryIsFenced -AllowDataLoss -Confirm:$false }
            'perform promotion' = { $standby | Invoke-PgPromotion -Force }
            'enable maintenance' = { $primary | Restart-PgInstance }
            'pg_autoctl stop' = { $primary | Stop-PgInstance }
            'drop node' = { $standby | Repair-PgStandby $primary -NewClone -Confirm:$false }
            'number-sync-standbys' = { $primary | Enable-PgSyncStandby $candidate }
        })
        Get-Trace | Should -Be $before
    }
}
