# Clusters of Debian's packages: their configuration is in /etc/postgresql, and pg_ctlcluster starts them. Making them takes root.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $isRoot = $IsLinux -and (id -u) -eq 0 -and (Get-Command pg_createcluster -ErrorAction Ignore)
    $packaged = @(Get-PgHaTestMajor | Where-Object { $isRoot -and (Test-Path "/usr/lib/postgresql/$($_.Major)/bin/initdb") })
    $none = $packaged.Count -eq 0
    if ($none) { $packaged = Get-PgHaTestMajor | Select-Object -First 1 }
}

# Skipped without postgresql-common, its server of one of the majors, or root.
Describe 'Clusters of pg_createcluster on PostgreSQL <Major>' -ForEach $packaged -Skip:$none {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $first, $second, $third, $fourth, $fifth = 'a', 'b', 'c', 'd', 'e' | ForEach-Object { "pgha$PID$_" }
        $ports = Get-PgHaTestPort -Count 5
        $data = "/var/lib/postgresql/$Major"
        $etc = "/etc/postgresql/$Major"
        foreach ($i in 0, 1) {
            $name = ($first, $second)[$i]
            $made = pg_createcluster $Major $name -p $ports[$i] '--' -N 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$made" }
            # Root is let in as postgres.
            $rules = Get-Content "$etc/$name/pg_hba.conf"
            Set-Content "$etc/$name/pg_hba.conf" (@('local all,replication postgres trust') + $rules)
            Add-Content "$etc/$name/postgresql.conf" "wal_log_hints = on`nfsync = off"
        }
        Add-Content "$etc/$first/postgresql.conf" 'max_connections = 120'
        pg_ctlcluster $Major $first start
        $primary = Get-PgInstance -DataDirectory "$data/$first"
        $replicator = New-LocalLogin repl secret
        $null = $primary | New-PgReplicationRole -ReplicationCredential $replicator
        function Get-ClusterState([string] $Name) { (pg_lsclusters -h $Major $Name) -split '\s+' | Select-Object -Index 3 }
        function Get-OwnFile([string] $Name) { (Get-ChildItem "$data/$Name" -File).Name -match '\.conf$' -notmatch 'auto\.conf|^recovery' }
        function Get-EtcHash { (Get-ChildItem "$etc/$second" -File -Recurse | Get-FileHash).Hash -join ' ' }
    }

    AfterAll {
        foreach ($name in $first, $second, $third, $fourth, $fifth) {
            if ($name -and (Test-Path "$etc/$name")) { pg_dropcluster --stop $Major $name }
        }
    }

    It 'gives a clone in a cluster''s data directory no second configuration' {
        Remove-Item "$data/$second" -Recurse -Force
        $before = Get-EtcHash
        $clone = $primary | New-PgBaseBackup $second -DataDirectory "$data/$second" -ServerUser postgres -NoSync
        $clone.Port | Should -Be $ports[1]
        Get-OwnFile $second | Should -BeNullOrEmpty
        $clone | Set-PgRecoveryConf -Upstream $primary -ReplicationCredential $replicator
        Get-EtcHash | Should -Be $before
        "$data/$second/postgresql.auto.conf" | Should -FileContentMatch '^primary_conninfo = .*repl'
        # What a standby must not have lower than its primary.
        "$data/$second/postgresql.auto.conf" | Should -FileContentMatch '^max_connections = 120'
    }

    It 'has the clone stream when its owner starts it' {
        pg_ctlcluster $Major $second start
        $standby = Get-PgInstance -DataDirectory "$data/$second"
        $standby | Wait-PgReplication -Timeout 30
        Get-ClusterState $second | Should -Be 'online,recovery'
        pg_ctlcluster $Major $second stop
    }

    It 'starts it with its configuration, and its log stays where its owner has it' {
        $standby = Get-PgInstance -DataDirectory "$data/$second" | Start-PgInstance -PassThru
        $standby | Wait-PgReplication -Timeout 30
        ($standby | Get-PgSetting config_file).Value | Should -Be "$etc/$second/postgresql.conf"
        Get-ClusterState $second | Should -Be 'online,recovery'
        Get-ChildItem "$data/$second" -Recurse -Filter '*.log' | Should -BeNullOrEmpty
        "/var/log/postgresql/postgresql-$Major-$second.log" | Should -FileContentMatch 'started streaming WAL'
        ($standby | Get-PgServerLog).Message -match 'started streaming WAL' | Should -Not -BeNullOrEmpty
    }

    It 'reads and writes the live one of two configurations' {
        $standby = Get-PgInstance -DataDirectory "$data/$second"
        $standby | Stop-PgInstance
        $dead = "$data/$second/postgresql.conf"
        Set-Content $dead "work_mem = '3MB'`nprimary_conninfo = 'host=dead.example'"
        chown postgres: $dead
        Add-Content "$etc/$second/postgresql.conf" "work_mem = '7MB'"
        ($standby | Get-PgSetting work_mem).Value | Should -Be '7MB'
        ($standby | Get-PgRecoveryConf).UpstreamPort | Should -Be $ports[0]
        $before = Get-EtcHash
        $standby | Set-PgSetting @{ work_mem = '9MB' }
        Get-EtcHash | Should -Be $before
        $dead | Should -Not -FileContentMatch '9MB'
        $standby | Start-PgInstance
        ($standby | Get-PgSetting work_mem).Value | Should -Be '9MB'
        Remove-Item $dead -Force
    }

    It 'repairs a crashed one, which needs its configuration to recover' {
        $standby = Get-PgInstance -DataDirectory "$data/$second"
        pg_ctlcluster $Major $second stop
        $null = Invoke-LocalSql $primary 'create table lost (a int)' $ToolsDirectory
        [int](Get-Content "$data/$first/postmaster.pid")[0] | ForEach-Object { kill -9 $_ }
        pg_ctlcluster $Major $second start
        $standby | Invoke-PgPromotion -Force
        $null = Invoke-LocalSql $standby 'create table kept (a int)' $ToolsDirectory
        $steps = $primary | Repair-PgStandby $standby -ReplicationCredential $replicator -AllowDataLoss -Verbose 4>&1
        "$steps" | Should -BeLike '*single-user mode: done*'
        pg_ctlcluster $Major $first restart
        $primary | Wait-PgReplication -Timeout 30
        Get-ClusterState $first | Should -Be 'online,recovery'
        Get-OwnFile $first | Should -BeNullOrEmpty
    }

    It 'makes a server and its clone as clusters of their own' {
        $made = New-PgInstance -DebianCluster "$Major/$third" -Port $ports[2] -ServerUser postgres -NoSync | Start-PgInstance -PassThru
        $made.Name | Should -Be "$Major/$third"
        Get-ClusterState $third | Should -Be online
        $null = $made | New-PgReplicationRole -ReplicationCredential $replicator
        $plan = $made | New-PgBaseBackup near -DebianCluster "$Major/$fourth" -Port $ports[3] -WhatIf 6>&1 | Out-String
        "$plan" | Should -BeNullOrEmpty
        $clone = $made | New-PgBaseBackup near -DebianCluster "$Major/$fourth" -Port $ports[3] -NoSync
        $clone.Name, $clone.DataDirectory | Should -Be 'near', "$data/$fourth"
        Get-ClusterState $fourth | Should -Match '^down'
        $clone | Set-PgRecoveryConf -Upstream $made -ReplicationCredential $replicator
        # By Debian's own command, as at boot.
        pg_ctlcluster $Major $fourth start
        $clone | Wait-PgReplication -Timeout 30
        ($clone | Get-PgSetting cluster_name).Value | Should -Be near
        foreach ($name in $third, $fourth) {
            Get-OwnFile $name | Should -BeNullOrEmpty
            Get-Content "$etc/$name/start.conf" | Should -Contain auto
            Get-ChildItem "$data/$name" -Recurse -Filter '*.log' | Should -BeNullOrEmpty
        }
        "/var/log/postgresql/postgresql-$Major-$fourth.log" | Should -FileContentMatch 'started streaming WAL'
    }

    It 'makes none over another, none of another version, and leaves nothing of one that fails' {
        $source = Get-PgInstance -DataDirectory "$data/$third"
        $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed' }
        $source | New-PgBaseBackup -DebianCluster "$Major/$fourth" -Port $ports[4] @quiet
        $failed.FullyQualifiedErrorId | Should -Be 'DebianClusterExists,PgHa.Commands.NewPgBaseBackupCommand'
        $source | New-PgBaseBackup -DebianCluster "9.6/$fifth" -Port $ports[4] @quiet
        $failed.FullyQualifiedErrorId | Should -Be 'WrongServerVersion,PgHa.Commands.NewPgBaseBackupCommand'
        New-PgInstance -DebianCluster "$Major/a-b" @quiet
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'MalformedText*,PgHa.Commands.NewPgInstanceCommand'
        # Its log cannot be made.
        $log = New-Item -ItemType Directory "/var/log/postgresql/postgresql-$Major-$fifth.log"
        try {
            $source | New-PgBaseBackup -DebianCluster "$Major/$fifth" -Port $ports[4] -NoSync @quiet
            $failed.FullyQualifiedErrorId | Should -Be 'DebianClusterFailed,PgHa.Commands.NewPgBaseBackupCommand'
            Test-Path "$data/$fifth", "$etc/$fifth", "$data/$fifth.pgha-incomplete" | Should -Be $false, $false, $false
        }
        finally { Remove-Item $log }
    }

    It 'clones one into a plain directory with a configuration that works' {
        $area = New-PgHaTestArea
        try {
            $source = Get-PgInstance -DataDirectory "$data/$second"
            $plain = $source | New-PgBaseBackup plain -DataDirectory "$area/plain" -Port (Get-PgHaTestPort) -ServerUser postgres -NoSync |
                Set-PgRecoveryConf -Upstream $source -ReplicationCredential $replicator -PassThru | Start-PgInstance -PassThru
            $plain | Wait-PgReplication -Timeout 30
            ($plain | Get-PgSetting config_file).Value | Should -Be "$area/plain/postgresql.conf"
            ($plain | Get-PgSetting max_connections).Value | Should -Be '120'
            $plain | Stop-PgInstance
        }
        finally { $area | Remove-PgHaTestArea }
    }
}
