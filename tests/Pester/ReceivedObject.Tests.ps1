# Objects that come from a job, another session, CliXml or JSON are what they were.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $values = @(
        [PgHa.Lsn]'0/3000148'; [PgHa.TimelineId]::Parse('3'); [PgHa.SystemIdentifier]::Parse('7713708387360098258')
        [PgHa.ServerVersion]::Parse('15.3'); [PgHa.MemberState]::CatchingUp; [PgHa.PgInstance]'db1:5433'
        [PgHa.HbaRule]::Parse('hostssl all +x 10.0.0.0/8 cert clientcert=verify-full')
        [PgHa.SynchronousStandbyNames]::Parse('ANY 2 (a, b, "C d")')
    ) | ForEach-Object { @{ Value = $_; Type = $_.GetType() } }
    $objects = [PgHa.Commands.ReceivedTypes]::All.TypeName | Where-Object { $_ -like 'Deserialized.*' } |
        ForEach-Object { $_ -replace '^Deserialized\.' -as [type] } |
        # An error does not become one again, so neither does a snapshot with errors in it.
        Where-Object { -not $_.IsEnum -and $_.GetConstructors() -and $_.Name -ne 'ReplicationSnapshot' } | ForEach-Object {
            @{ Type = $_; Filling = 'nothing but what it must have' }
            @{ Type = $_; Filling = 'everything' }
        }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1, $PSScriptRoot/Samples.psm1
    Import-Module (Get-PgHaTestModule)

    function Copy-ThroughCliXml($Value) {
        $Value | Export-Clixml $TestDrive/value.xml
        Import-Clixml $TestDrive/value.xml
    }

    $slot = [PgHa.ReplicationSlot]@{
        Server = [PgHa.PgInstance]'db1:5433'; Name = 'standby'; Type = 'Physical'; RestartLsn = '0/3000148'; WalStatus = 'Reserved'
        InactiveSince = [datetimeoffset]'2026-03-04 05:06:07 +02:00'
    }
    $definition = @{
        Name = 'shop'; Root = '/srv/pg'; Version = 17; SynchronousStandbyNames = 'ANY 1 (b)'; SynchronousCommit = 'remote_write'
        Settings = @{ work_mem = '8MB' }; Hba = 'host shop web 10.1.0.0/16 scram-sha-256', 'host shop web db.example.org md5'
        Nodes = @{ Name = 'a'; ArchiveDirectory = 'archive'; Tablespaces = @{ fast = '/fast/a' } },
            @{ Name = 'b'; Port = 5433; Upstream = 'a'; ApplyDelay = '5min'; Tablespaces = @{ fast = '/fast/b' } }
    }
    function Get-Definition { Show-PgCluster -Definition $args[0] | Out-Null; $args[0] }
}

Describe 'A <Type>' -ForEach $values {
    It 'is equal to itself after a way through CliXml' {
        $copy = Copy-ThroughCliXml $Value

        $copy.GetType() | Should -Be $Type
        $copy -eq $Value | Should -BeTrue
        "$copy" | Should -Be "$Value"
    }
}

Describe 'A <Type> with <Filling> that came before the module was imported' -ForEach $objects {
    It 'becomes again what it was' {
        $sample = New-Sample $Type ($Filling -eq 'everything')
        $bag = Copy-BeforeImport $sample
        $again = $bag -as $Type

        $bag.PSObject.TypeNames[0] | Should -Be "Deserialized.$Type"
        $again | Should -BeOfType $Type
        $again | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue |
            Should -BeExactly ($sample | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue)
    }
}

Describe 'Objects of a job that were received before the module was imported' {
    BeforeAll {
        $module = Get-PgHaTestModule
        # A session of its own for the receiver: this one has the module.
        $receiver = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $null = $receiver.AddScript({
            param($Module)
            $job = Start-Job -ScriptBlock {
                Import-Module $using:Module
                [PgHa.PgInstance]@{ Name = 'db1'; Host = '192.0.2.1'; Port = 5433; DataDirectory = '/nowhere/db1' }
                [PgHa.ReplicationSlot]@{ Server = [PgHa.PgInstance]'db1:5433'; Name = 'standby'; Type = 'Physical'; RestartLsn = '0/9' }
                [PgHa.Lsn[]]('0/A0', '0/9', '1/0')
            }
            $received = @($job | Receive-Job -Wait -AutoRemoveJob)
            Import-Module $Module
            $server, $slot, $positions = $received[0], $received[1], $received[2..4]
            [pscustomobject]@{
                CameAsBags = "$($received.ForEach{ $_.PSObject.TypeNames[0] -like 'Deserialized.*' } | Sort-Object -Unique)"
                HasOrigin  = $server.RunspaceId -is [guid]
                Refusal    = $($server | Start-PgInstance -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId)
                SlotLsn    = "$(([PgHa.ReplicationSlot]$slot).RestartLsn)"
                SlotServer = "$(([PgHa.ReplicationSlot]$slot).Server)"
                Sorted     = "$([PgHa.Lsn[]]$positions | Sort-Object)"
                SlotShown  = ($slot | Format-List | Out-String)
            }
        }).AddArgument($module)
        $seen = $receiver.Invoke()[0]
        $problems = $receiver.Streams.Error
        $receiver.Dispose()
    }

    It 'come as bags of properties, with where they came from' {
        $problems | Should -BeNullOrEmpty
        $seen.CameAsBags | Should -Be 'True'
        $seen.HasOrigin | Should -BeTrue
    }

    It 'bind to what takes a server' {
        # It was taken for a server, and its directory is not there.
        $seen.Refusal | Should -Not -BeLike '*ParameterArgumentTransformationError*'
        $seen.Refusal | Should -BeLike '*,PgHa.Commands.StartPgInstanceCommand'
    }

    It 'are objects again by a cast, and sort as positions' {
        $seen.SlotLsn | Should -Be '0/9'
        $seen.SlotServer | Should -Be 'db1:5433'
        $seen.Sorted | Should -Be '0/9 0/A0 1/0'
    }

    It 'are shown with their words and not with numbers' { $seen.SlotShown | Should -Match 'Physical' }
}

Describe 'LSNs from CliXml' {
    It 'sort as positions, not as text' {
        Copy-ThroughCliXml ([PgHa.Lsn[]]('0/A0', '0/9', '1/0')) | Sort-Object | ForEach-Object ToString | Should -Be '0/9', '0/A0', '1/0'
    }
}

Describe 'An object with others in it' {
    It 'has all of them after a way through CliXml' {
        $copy = Copy-ThroughCliXml $slot

        $copy.GetType() | Should -Be ([PgHa.ReplicationSlot])
        $copy | Should -Be $slot
    }

    It 'comes from a job whole, with its origin' {
        $copy = Start-ThreadJob { $using:slot } | Receive-Job -Wait -AutoRemoveJob
        $copy.RestartLsn | Should -BeGreaterThan ([PgHa.Lsn]'0/3000147')
        $through =
            [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($slot, 1))
        $through | Should -Be $slot
    }
}

Describe 'A server from another session' {
    It 'binds, whatever PowerShell says of where it came from' {
        $server = [pscustomobject]@{
            Name = 'db1'; Host = '192.0.2.1'; Port = 5433
            PSComputerName = 'web'; RunspaceId = [guid]::NewGuid(); PSShowComputerName = $true
        }

        Start-PgInstance $server -WhatIf -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -Not -BeLike 'ParameterArgumentTransformationError,*'
    }
}

Describe 'A definition' {
    BeforeAll {
        $folder = New-Item -ItemType Directory "$TestDrive/definition"
        $text = $definition | ConvertTo-Json -Depth 4
        Set-Content $folder/shop.json $text
        $read = Get-PgClusterDefinition $folder/shop.json
    }

    It 'reads back from the JSON of itself' {
        $read | ConvertTo-Json -Depth 8 -WarningAction SilentlyContinue | Set-Content $folder/copy.json
        $copy = Get-PgClusterDefinition $folder/copy.json

        $copy.SynchronousStandbyNames | Should -Be $read.SynchronousStandbyNames
        $copy.SynchronousCommit | Should -Be RemoteWrite
        "$($copy.Version)" | Should -Be '17'
        $copy.Hba.ForEach('ToString') | Should -Be $read.Hba.ForEach('ToString')
        $copy.Nodes[1].ApplyDelay | Should -Be ([timespan]'00:05:00')
        $copy.Nodes[1].Tablespaces['fast'] | Should -Be '/fast/b'
        $copy.Nodes.Kind | Should -Be 'Primary', 'Streaming'
    }

    It 'binds after a way through CliXml' {
        $tree = Show-PgCluster -Definition $read

        Show-PgCluster -Definition (Copy-ThroughCliXml $read) | Should -Be $tree
    }

    It 'is still told what nobody sets' {
        { Show-PgCluster -Definition @{ Name = 'x'; Nodes = @{ Name = 'a'; Kind = 'Primary' } } } | Should -Throw '*nobody sets it*'
    }
}

Describe 'The list of types' {
    It 'has every value and object that commands emit' {
        $listed = [PgHa.Commands.ReceivedTypes]::All.TypeName
        $seen = [System.Collections.Generic.HashSet[type]]::new()
        function Add-Type_([type] $Type) {
            $element = $Type.IsGenericType ? $Type.GetGenericArguments() : $Type.IsArray ? $Type.GetElementType() : $Type
            foreach ($one in $element | Where-Object { $_.FullName -like 'PgHa.*' -and $_.Name -notlike '*Session' }) {
                if ($one.FullName -in 'PgHa.HbaName', 'PgHa.HbaAddress', 'PgHa.HbaOption', 'PgHa.RecoveryTarget', 'PgHa.PgHaException',
                    'PgHa.WalFileName') {
                    continue
                }
                if ($seen.Add($one)) { $one.GetProperties().PropertyType | ForEach-Object { Add-Type_ $_ } }
            }
        }
        (Get-Command -Module PgHa).OutputType.Type | Where-Object FullName -like 'PgHa.*' | ForEach-Object { Add-Type_ $_ }

        $seen.FullName | ForEach-Object { "Deserialized.$_" } | Where-Object { $_ -notin $listed } | Sort-Object | Should -BeNullOrEmpty
    }
}
