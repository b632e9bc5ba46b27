# Tablespaces outside the data directory, in backups and in what is restored of them.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -ForScenarios
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Tablespaces of PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $space = "$area/a space"
        Invoke-ServerProgram mkdir $space
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory |
            Set-PgSetting @{ wal_level = 'replica'; max_wal_senders = '5'; hot_standby = 'on'; wal_log_hints = 'on' } -PassThru |
            Enable-PgArchiving "$area/archive" -PassThru | Start-PgInstance -PassThru
        function Invoke-Sql($Sql, $On = $server) { Invoke-LocalSql $On $Sql $ToolsDirectory }
        function New-Backup($Name, $More = @{}) {
            $server | New-PgBaseBackup -BackupDirectory "$area/$Name" -BinDirectory $ToolsDirectory -NoSync -ErrorAction Stop @More
        }
        function Restore-Backup($Directory, $Name, $More = @{ Immediate = $true }) {
            $with = @{
                DataDirectory = "$area/$Name"; Port = (Get-PgHaTestPort); ArchiveDirectory = "$area/archive"; BinDirectory = $BinDirectory
                NoSync = $true; Timeout = 60; ErrorAction = 'Stop'; WarningAction = 'SilentlyContinue'
            }
            Restore-PgInstance $Name -Backup $Directory @with @More
        }
        # What is in them is read and written, and the source's is its own.
        function Assert-Restored($Restored, $Directory) {
            Invoke-Sql 'select count(*) from spacious' $Restored.Server | Should -Be 500
            Invoke-Sql "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'" $Restored.Server |
                Should -Be $Directory
            $null = Invoke-Sql 'truncate spacious; checkpoint' $Restored.Server
            $Restored.Server | Stop-PgInstance
            $null = Invoke-Sql 'checkpoint'
            Invoke-Sql 'select sum(a) from spacious' | Should -Be 125250
        }

        $login = New-LocalLogin streamer 'Streams 1 tablespace'
        $null = $server | New-PgReplicationRole -ReplicationCredential $login
        $null = New-Backup before
        $null = Invoke-Sql "create tablespace space location '$space'"
        $null = Invoke-Sql 'create table spacious tablespace space as select generate_series(1, 500) a'
        $null = $server | Invoke-PgWalSwitch
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'are in a tar backup, and not in a plain one, which would hold links to the server''s own' {
        { New-Backup plain } | Should -Throw -ErrorId 'TablespaceNotMapped,PgHa.Commands.NewPgBaseBackupCommand'
        (New-Backup tar @{ Format = 'Tar'; Compress = 'gzip' }).Tablespaces | Should -Be $space
        (Get-PgBaseBackup "$area/before").Tablespaces | Should -BeNullOrEmpty
    }

    It 'are restored from a tar backup into directories of their own' {
        $restored = Restore-Backup "$area/tar" fromtar @{ Immediate = $true; TablespaceMapping = @{ $space = "$area/new/from tar" } }
        Assert-Restored $restored "$area/new/from tar"
        Get-ChildItem "$area/new", "$area/fromtar" -Filter '*.pgha-incomplete' -Recurse | Should -BeNullOrEmpty
    }

    It 'are restored from a plain backup that has its own copies' {
        $all = '-D', "$area/mapped", '-h', $server.SocketDirectory, '-p', $server.Port, '-U', 'postgres', '-c', 'fast', '-X', 'stream'
        Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" @all -T "$space=$area/of the backup"
        $backup = Get-PgBaseBackup "$area/mapped"
        $backup.Tablespaces | Should -Be "$area/of the backup"
        $restored = Restore-Backup $backup.Directory frommapped @{
            Immediate = $true; TablespaceMapping = @{ "$area/of the backup" = "$area/new/mapped" }
        }
        Assert-Restored $restored "$area/new/mapped"
        (Get-ChildItem "$area/of the backup" -Recurse -File).Count | Should -BeGreaterThan 0
    }

    It 'need a directory each that is free: <Id>' -ForEach @(
        @{ Id = 'TablespaceNotMapped'; To = { @{} } }
        @{ Id = 'TablespaceNotFound'; To = { @{ $space = "$area/free"; '/elsewhere' = "$area/other" } } }
        @{ Id = 'DirectoryNotEmpty'; To = { @{ $space = $space } } }
        @{ Id = 'DirectoriesOverlap'; To = { @{ $space = "$area/refused/space" } } }
    ) {
        { Restore-Backup "$area/tar" refused @{ Immediate = $true; TablespaceMapping = & $To } } |
            Should -Throw -ErrorId "$Id,PgHa.Commands.RestorePgInstanceCommand"
        "$area/refused" | Should -Not -Exist
        "$area/free" | Should -Not -Exist
    }

    It 'are removed again with a restore that fails' {
        Invoke-ServerProgram cp -r "$area/tar" "$area/damaged"
        Invoke-ServerProgram sh -c "for tar in '$area'/damaged/[0-9]*.tar.gz; do
            head -c 200 `"`$tar`" > '$area/damaged/cut' && mv '$area/damaged/cut' `"`$tar`"; done"
        { Restore-Backup "$area/damaged" unfinished @{ Immediate = $true; TablespaceMapping = @{ $space = "$area/unfinished space" } } } |
            Should -Throw -ErrorId '*,PgHa.Commands.RestorePgInstanceCommand'
        Get-ChildItem $area -Filter 'unfinished*' | Should -BeNullOrEmpty
    }

    It 'are not written over where the WAL on the way creates them' {
        if (-not (Test-Path "$BinDirectory/pg_waldump")) {
            Set-ItResult -Skipped -Because 'the programs of this PostgreSQL have no pg_waldump'
            return
        }
        $refusal = { Restore-Backup "$area/before" onway @{} } |
            Should -Throw -ErrorId 'TablespaceInUse,PgHa.Commands.RestorePgInstanceCommand' -PassThru
        "$area/onway" | Should -Not -Exist
        $refusal.ErrorDetails.RecommendedAction -match '-TargetLsn (\S+) -Exclusive' | Should -BeTrue
        $restored = Restore-Backup "$area/before" onway @{ TargetLsn = $Matches[1]; Exclusive = $true }
        Invoke-Sql "select count(*) from pg_tablespace where spcname = 'space'" $restored.Server | Should -Be 0
        $restored.Server | Stop-PgInstance
        Invoke-Sql 'select count(*) from spacious' | Should -Be 500
    }

    It 'created before streaming are cloned into directories of their own, and stream' {
        $server | New-PgBaseBackup clone -DataDirectory "$area/clone" -Port (Get-PgHaTestPort) -TablespaceMapping @{
            $space = "$area/clone space"
        } -BinDirectory $ToolsDirectory -NoSync |
            Set-PgRecoveryConf -Upstream $server -ReplicationCredential $login -PassThru | Start-PgInstance
        $clone = Get-PgInstance -DataDirectory "$area/clone"
        $null = Invoke-Sql 'insert into spacious values (1000)'
        $clone | Wait-PgReplication
        Invoke-Sql 'select sum(a) from spacious' $clone | Should -Be 126250
        Invoke-Sql "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'" $clone | Should -Be "$area/clone space"
    }

    It 'of a new clone that takes a standby''s place have directories beside the old ones, which stay' {
        $clone = Get-PgInstance -DataDirectory "$area/clone"
        $with = @{ NewClone = $true; RemoveOld = $true; Confirm = $false }
        $clone | Repair-PgStandby -Upstream $server @with -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "*'$area/clone space'*left alone*"
        $null = Invoke-Sql 'insert into spacious values (2000)'
        $clone | Wait-PgReplication
        Invoke-Sql 'select sum(a) from spacious' $clone | Should -Be 128250
        Invoke-Sql "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'" $clone |
            Should -Be "$area/clone space.pgha-2"
        Get-ChildItem $area -Filter 'clone.pgha-*' | Should -BeNullOrEmpty
    }

    It 'stay where they are when a former primary comes back' {
        if (-not (Test-Path "$BinDirectory/pg_rewind")) {
            Set-ItResult -Skipped -Because 'the programs of this PostgreSQL have no pg_rewind'
            return
        }
        $clone = Get-PgInstance -DataDirectory "$area/clone"
        $clone | Stop-PgInstance
        $null = Invoke-Sql 'insert into spacious values (4000)'
        $server | Stop-PgInstance -Mode Immediate
        $clone | Start-PgInstance
        $clone | Invoke-PgPromotion
        $null = Invoke-Sql 'insert into spacious values (8000); checkpoint' $clone
        $server | Repair-PgStandby -Upstream $clone -ReplicationCredential $login -AllowDataLoss -Confirm:$false -WarningAction SilentlyContinue
        $server | Wait-PgReplication
        Invoke-Sql 'select sum(a) from spacious' | Should -Be 136250
        Invoke-Sql "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'" | Should -Be $space
    }
}
