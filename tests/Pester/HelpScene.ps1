# What the examples of the help need: the runbook's cluster and the names that the examples use. HelpExamples.Tests.ps1 runs this in
# the session of the examples, with the folder and the ports of the run in the place of /srv/pg and 9420 to 9431.
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$PSDefaultParameterValues['Measure-PgReplicationLag:Duration'] = 1
$PSDefaultParameterValues['Export-PgClusterReport:SampleTime'] = 1
foreach ($makes in 'New-PgCluster', 'New-PgInstance', 'New-PgBaseBackup', 'Restore-PgInstance') {
    $PSDefaultParameterValues["${makes}:NoSync"] = $true
}

Import-Module PgHa
$env:PATH += [IO.Path]::PathSeparator + $PSHOME

$password = ConvertTo-SecureString 'example' -AsPlainText -Force
$replicator = [pscredential]::new('foo', $password)
# Nobody is there to type a password, and no desktop to open a page on.
function Get-Credential($UserName) { [pscredential]::new($UserName, $password) }
function Invoke-Item { process { } }

$root = '/srv/pg'
$null = New-Item -ItemType Directory $root/here/docs/examples, $root/node_exporter -Force
Set-Location $root/here
@"
@{
    Name = 'reference'
    Root = '$root'
    ReplicationRole = 'foo'
    SynchronousStandbyNames = 's1'
    Settings = @{
        wal_level = 'logical'; max_wal_senders = 10; max_replication_slots = 10
        wal_log_hints = 'on'; wal_retrieve_retry_interval = '200ms'
        $(if ([int]((initdb --version) -replace '^\D*(\d+).*', '$1') -ge 17) { "summarize_wal = 'on'" })
    }
    Nodes = @(
        @{ Name = 'node20'; Port = 9420; ArchiveDirectory = 'archive20' }
        @{ Name = 'node21'; Port = 9421; RestoreFrom = 'node20'; HotStandby = `$false }
        # While a cold standby tries to connect, Invoke-PgFailover cannot tell whether it receives WAL, and refuses: so not often.
        @{
            Name = 'node22'; Port = 9422; Upstream = 'node20'; HotStandby = `$false
            Settings = @{ wal_retrieve_retry_interval = '5s' }
        }
        @{ Name = 'node23'; Port = 9423; Upstream = 'node20'; SlotName = 'node_slot_23' }
        @{ Name = 'node24'; Port = 9424; Upstream = 'node23' }
        @{
            Name = 'node25'; Port = 9425; Upstream = 'node20'; ApplicationName = 's1'
            ArchiveDirectory = 'archive25'; ArchiveMode = 'Always'
        }
    )
}
"@ | Set-Content ./reference-cluster.psd1, ./docs/examples/reference-cluster.psd1
"Name,DataDirectory,Port`none,$root/one,9428`ntwo,$root/two,9429" | Set-Content ./nodes.csv

# Passwords for those that connect as psql would.
$env:PGPASSFILE = "$root/here/.pgpass"
'*:*:*:*:example' | Set-Content $env:PGPASSFILE
chmod 600 $env:PGPASSFILE
$env:PGUSER = 'postgres'

function Invoke-Sql([string] $Sql, [string] $Database = 'postgres') {
    $printed = psql -X -A -t -q -v ON_ERROR_STOP=1 -h $node20.SocketDirectory -p $node20.Port -U postgres -d $Database -c $Sql 2>&1
    if ($LASTEXITCODE -ne 0) { throw "$printed" }
    $printed
}

# The cluster as it is at first; what was there is removed.
function New-Scene {
    Get-PgInstance -Path $root | Sort-Object Port -Descending | Remove-PgInstance -Force
    Remove-Item $root/archive*, $root/node2* -Recurse -Force -ErrorAction Ignore
    $global:nodes = New-PgCluster ./reference-cluster.psd1 -RoleCredential $replicator
    $global:node20, $global:node21, $global:node22, $global:node23, $global:node24, $global:node25 = $nodes
    $global:primary = $global:target = $global:source = $node20
    $global:primaries = @($node20)
    $global:node = $node23
    Invoke-Sql "alter role postgres password 'example'; create role monitor login in role pg_monitor password 'example'"
}

# What is decoded, applied, backed up and recovered.
function Add-SceneContent {
    Invoke-Sql 'create table item (id int, name text); create publication all_items for table item'
    Invoke-Sql 'create database shop'
    $node20 | New-PgReplicationSlot audit -Plugin test_decoding | Out-Null
    $node20 | New-PgReplicationSlot published -Plugin pgoutput | Out-Null
    $node20 | New-PgReplicationOrigin node_a, node_b, node_c | Out-Null
    $node20 | Set-PgReplicationOrigin node_a -RemoteLsn 0/3000100
    Add-SceneRow
    $node20 | New-PgBaseBackup -BackupDirectory $root/backups/monday -Label monday | Out-Null
    Invoke-Sql "select pg_create_restore_point('before_upgrade')" | Out-Null
    $global:moment = Invoke-Sql 'select now()'
    $global:momentLsn = Invoke-Sql 'select pg_current_wal_lsn()'
    Add-SceneRow
    $node20 | Invoke-PgWalSwitch | Out-Null
    while (($node20 | Get-PgArchiveStatus).Backlog.Files -gt 0) { Start-Sleep -Milliseconds 100 }
}

function Add-SceneRow { Invoke-Sql "insert into item values (1, 'one')" }

# The name that the primary knows node25 by; commits wait for nobody afterwards.
function Set-SceneApplicationName([string] $Name) {
    $node20 | Disable-PgSyncStandby
    $node25 | Set-PgRecoveryConf -Upstream $node20 -ReplicationCredential $replicator -ApplicationName $Name
    $node25 | Restart-PgInstance
    $node23, $node25 | Wait-PgReplication
}

function Wait-SceneStream { $node22, $node23, $node24, $node25 | Wait-PgReplication }

New-Scene
Add-SceneContent
$ErrorActionPreference = 'Continue'
