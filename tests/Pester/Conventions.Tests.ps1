# What every cmdlet has in common, held against the code: a new cmdlet that forgets one of these fails here.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $cmdlets = Get-Command -Module PgHa | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    $readers = 'Compare', 'ConvertFrom', 'ConvertTo', 'Find', 'Get', 'Measure', 'Resolve', 'Show', 'Test', 'Wait', 'Watch'
    # A machine is only described, as New-TimeSpan describes a time.
    $changers = $cmdlets | Where-Object { $_.Cmdlet.Verb -notin $readers -and $_.Name -ne 'New-PgMachine' }
    # Those that change emit only what they made, or what they were given, for -PassThru.
    $emitters = $cmdlets | Where-Object {
        $_.Cmdlet.Verb -in $readers -or $_.Cmdlet.Verb -in 'Add', 'New' -or $_.Cmdlet.Parameters.ContainsKey('PassThru')
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb and a singular noun with the prefix' {
        $Cmdlet.Verb | Should -BeIn (Get-Verb).Verb
        $Cmdlet.Noun | Should -MatchExactly '^Pg[A-Z]'
        $Cmdlet.Noun | Should -Not -Match '(?<!s|u|i)s$'
    }

    It 'is sealed, and rests on the common base' {
        $Cmdlet.ImplementingType.IsSealed | Should -BeTrue
        $Cmdlet.ImplementingType.IsSubclassOf([PgHa.Commands.PgCommand]) | Should -BeTrue
    }

    It 'takes passwords as credentials only' {
        $parameters = $Cmdlet.Parameters.Values
        $parameters | Where-Object { $_.Name -like '*Password*' -and $_.ParameterType -eq [string] } | Should -BeNullOrEmpty
        foreach ($parameter in $parameters | Where-Object Name -like '*Credential') {
            # Several roles' credentials cannot be asked for by a name: the attribute takes one.
            $parameter.ParameterType | Should -BeIn ([pscredential], [pscredential[]])
            if ($parameter.ParameterType -eq [pscredential]) {
                $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.CredentialAttribute] } |
                    Should -Not -BeNullOrEmpty
            }
        }
    }

    It 'lets no type of the private context out' {
        $types = @($Cmdlet.Parameters.Values.ParameterType) + @($Cmdlet.OutputType.Type)
        foreach ($type in $types | Where-Object { $_ }) {
            $element = $type.IsArray ? $type.GetElementType() : $type
            [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($element.Assembly).Name |
                Should -Be 'Default' -Because "$type is used"
        }
    }
}

# One word for each thing. A parameter with another meaning gets another name; a former name stays as an alias.
Describe 'The credentials' {
    BeforeAll {
        # The role that standbys stream as, that pg_basebackup copies as, or that is made for both.
        $replication = 'New-PgBaseBackup', 'New-PgReplicationRole', 'Repair-PgStandby', 'Set-PgRecoveryConf', 'Set-PgUpstream'
        # These connect as one role, and have standbys stream as another.
        $both = 'Invoke-PgFailover', 'Switch-PgPrimary'
        function Get-CmdletWith([string] $Parameter) {
            @((Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey($Parameter) }).Name | Sort-Object)
        }
    }

    It 'of a role to stream or copy as are -ReplicationCredential' {
        Get-CmdletWith ReplicationCredential | Should -Be ($replication + $both | Sort-Object)
    }

    It 'of a superuser to make are -SuperuserCredential' {
        Get-CmdletWith SuperuserCredential | Should -Be 'New-PgInstance'
    }

    It 'of the roles of a definition are -RoleCredential' {
        Get-CmdletWith RoleCredential | Should -Be 'New-PgCluster', 'Sync-PgCluster'
    }

    It 'of the role to connect as are -Credential, in every cmdlet whose servers are connected to by it' {
        $byLogin = Get-Command -Module PgHa | Where-Object {
            $_.ImplementingType.IsSubclassOf([PgHa.Commands.PgLoginCommand]) -or
            $_.ImplementingType.IsSubclassOf([PgHa.Commands.PgClusterLoginCommand])
        }
        Get-CmdletWith Credential | Should -Be (@($byLogin.Name) + 'Restore-PgInstance' | Sort-Object)
    }

    It 'are an alias -Credential where there is no role to connect as' {
        foreach ($cmdlet in Get-Command -Module PgHa) {
            $special = $cmdlet.Parameters.Values | Where-Object Name -In 'ReplicationCredential', 'SuperuserCredential'
            if ($special) {
                $cmdlet.ResolveParameter('Credential').Name |
                    Should -Be ($cmdlet.Name -in $both ? 'Credential' : $special.Name) -Because $cmdlet.Name
            }
        }
    }
}

Describe 'The word <Word>' -ForEach @(
    @{ Word = 'Candidate'; Alias = 'To'; Cmdlets = 'Invoke-PgFailover', 'Restart-PgCluster', 'Switch-PgPrimary' }
    # -BackupDirectory is the directory of one base backup.
    @{ Word = 'BackupFolder'; Alias = 'BackupDirectory'; Cmdlets = 'Clear-PgArchive', 'Remove-PgBaseBackup' }
    @{ Word = 'BackupDirectory'; Alias = $null; Cmdlets = 'New-PgBaseBackup' }
) {
    It 'names a parameter of these cmdlets, and its former name is an alias' {
        $with = Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey($Word) }

        $with.Name | Sort-Object | Should -Be $Cmdlets
        foreach ($cmdlet in $with) { $cmdlet.Parameters[$Word].Aliases -join ' ' | Should -Be "$Alias" -Because $cmdlet.Name }
    }

    It 'replaces its former name, if it had one' {
        Get-Command -Module PgHa | Where-Object { $_.Name -in $Cmdlets -and $Alias -in $_.Parameters.Keys } | Should -BeNullOrEmpty
    }
}

Describe 'The position of the server' {
    It 'is 1 in every cmdlet that takes one by position, after the one obvious value' {
        $positions = Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey('Instance') } | ForEach-Object {
            $name = $_.Name
            $_.ParameterSets.Parameters | Where-Object { $_.Name -eq 'Instance' } | ForEach-Object { "$($name): $($_.Position)" }
        } | Sort-Object -Unique

        # A directory is the subject of these; which servers use it is a word on it.
        $named = 'Clear-PgArchive', 'Get-PgBaseBackup', 'Test-PgArchive'
        $positions | Where-Object { $_ -notlike '*: 1' } | Should -Be ($named | ForEach-Object { "$($_): $([int]::MinValue)" })
    }

    It 'is the first argument where nothing else has a position' {
        foreach ($cmdlet in Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey('Instance') }) {
            foreach ($set in $cmdlet.ParameterSets) {
                $positional = @($set.Parameters | Where-Object Position -GE 0 | Sort-Object Position)
                if ($positional.Name -contains 'Instance') {
                    $positional[-1].Name | Should -Be 'Instance' -Because "$($cmdlet.Name) [$($set.Name)]"
                }
            }
        }
    }
}

Describe '<Name>, which changes something' -ForEach $changers {
    It 'supports -WhatIf and -Confirm' {
        $Cmdlet.Parameters.Keys | Should -Contain 'WhatIf'
    }
}

Describe '<Name>, which emits' -ForEach $emitters {
    It 'says what' {
        $Cmdlet.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has a view for it, of at most six columns' {
        foreach ($name in $Cmdlet.OutputType.Name | Where-Object { $_ -like 'PgHa.*' }) {
            $views = (Get-FormatData -TypeName $name -PowerShellVersion $PSVersionTable.PSVersion).FormatViewDefinition
            $views | Should -Not -BeNullOrEmpty -Because "$name has a view"
            if ($views[0].Control -is [System.Management.Automation.TableControl]) {
                $views[0].Control.Rows[0].Columns.Count | Should -BeLessOrEqual 6
            }
        }
    }
}

Describe 'The assembly of the cmdlets' {
    It 'leaves SQL and processes to the engine' {
        $references = (Get-Command Get-PgSystemIdentity).ImplementingType.Assembly.GetReferencedAssemblies().Name

        $references | Should -Not -Contain 'Npgsql'
        $references | Should -Not -Contain 'System.Data.Common'
        $references | Should -Not -Contain 'System.Diagnostics.Process'
    }
}

# A command that forgets this switch fights Patroni without knowing.
Describe 'The guard of servers that somebody else manages' {
    It 'is passed by every changer but those that no manager minds' {
        $free = @(
            # They make files or servers of their own, or take base backups and archives away.
            'Clear-PgArchive', 'Export-PgCluster', 'Export-PgClusterDiagram', 'Export-PgClusterReport', 'Export-PgMetric',
            'Merge-PgBaseBackup', 'New-PgBaseBackup', 'New-PgInstance', 'Remove-PgBaseBackup', 'Restore-PgInstance'
            # They change nothing that a manager looks after.
            'Invoke-PgCheckpoint', 'Invoke-PgWalSwitch', 'New-PgReplicationOrigin', 'New-PgReplicationOriginSession',
            'Remove-PgReplicationOrigin', 'Resume-PgReplay', 'Send-PgLogicalMessage', 'Set-PgReplicationOrigin', 'Suspend-PgReplay')

        $guarded = (Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey('EvenIfManaged') }).Name

        (Get-Command -Module PgHa | Where-Object { $_.Parameters.ContainsKey('WhatIf') }).Name |
            Where-Object { $_ -notin $free -and $_ -notin $guarded -and $_ -notlike 'Get-*' } | Should -BeNullOrEmpty
        $free | Where-Object { $_ -in $guarded } | Should -BeNullOrEmpty
    }
}
