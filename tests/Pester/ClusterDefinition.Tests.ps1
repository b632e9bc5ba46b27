# Definitions of clusters as PowerShell gives them: files, hashtables, JSON. The rules are tested in the domain.

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $docs = (Resolve-Path $PSScriptRoot/../../docs).Path
    $reference = "$docs/examples/reference-cluster.psd1"

    # A command with the parameter that every command on definitions has.
    function Read-Definition {
        param([PgHa.Commands.ClusterDefinitionTransformation()] [PgHa.ClusterDefinition] $Definition)
        $Definition
    }

    function Get-Problem([scriptblock] $Script) {
        $failure = $Script | Should -Throw -PassThru
        @($failure.Exception.Message -split '\r?\n- ' | Select-Object -Skip 1)
    }
}

Describe 'Get-PgClusterDefinition' {
    It 'reads the reference cluster, whose directories are beside the file' {
        $cluster = Get-PgClusterDefinition $reference

        $cluster | Should -BeOfType ([PgHa.ClusterDefinition])
        $cluster.Nodes.Name | Should -Be 'node20', 'node21', 'node22', 'node23', 'node24', 'node25'
        $cluster.Nodes.Kind | Should -Be 'Primary', 'ArchiveFed', 'Streaming', 'Streaming', 'Streaming', 'Streaming'
        $cluster.Nodes[5].ArchiveDirectory | Should -Be ([IO.Path]::Combine($docs, 'examples', 'archive25'))
    }

    It 'shows it in 100 columns' {
        $text = Get-PgClusterDefinition $reference | Out-String -Width 100
        $text | Should -Match 'node21 \(standby fed from the archive of node20\)'
        $text | Should -Match 'max_wal_senders = 10'
    }

    It 'tells all problems of a file at once, each with its line, and goes on with the next file' {
        Set-Content $TestDrive/bad.psd1 @'
@{
    Name = 'bad'
    Verison = 15
    Settings = @{ shared_buffers = 16MB; port = 1 }
    Nodes = @(
        @{ Name = 'a'; Port = 1 }
        @{ Name = 'b'; Port = 1
           Upstream = 'aa' }
    )
}
'@
        $read = "$TestDrive/bad.psd1", $reference | Get-PgClusterDefinition -ErrorVariable failed -ErrorAction SilentlyContinue

        $read.Name | Should -Be 'reference'
        $failed.FullyQualifiedErrorId | Should -Be 'InvalidClusterDefinition,PgHa.Commands.GetPgClusterDefinitionCommand'
        $failed.TargetObject | Should -Be "$TestDrive/bad.psd1"
        @($failed.Exception.Message -split '\r?\n- ') | Should -Be @(
            "The cluster definition '$TestDrive/bad.psd1' has 4 problems:"
            'line 3, Verison: nothing has this name; Version may be meant'
            'line 4, Settings.port: is not set here: use Port of the node'
            'line 7, Nodes[1].Port: a has port 1 on the same host (127.0.0.1)'
            "line 8, Nodes[1].Upstream: there is no node 'aa'; a or b may be meant."
        )
    }

    It 'never runs a data file' {
        Set-Content $TestDrive/evil.psd1 "@{ Name = `$(Set-Content '$TestDrive/ran' x; 'c'); Nodes = @{ Name = 'a' } }"
        { Get-PgClusterDefinition $TestDrive/evil.psd1 -ErrorAction Stop } |
            Should -Throw -ErrorId 'InvalidClusterDefinition,*' -ExpectedMessage '*line 1*is not constant*'
        "$TestDrive/ran" | Should -Not -Exist
    }

    It 'takes no <Name> for a definition' -ForEach @(
        @{ Name = 'script'; Text = 'Get-Date'; Problem = '*holds one hashtable*' }
        @{ Name = 'open brace'; Text = "@{`n Name = 'a'"; Problem = "*line 1*Missing closing*" }
        @{ Name = 'two hashtables'; Text = '@{ Name = 1 }; @{}'; Problem = '*holds one hashtable*' }
        @{ Name = 'key given twice'; Text = "@{`nName = 1`nname = 2 }"; Problem = '*line 3*' }
    ) {
        Set-Content $TestDrive/not.psd1 $Text
        { Get-PgClusterDefinition $TestDrive/not.psd1 -ErrorAction Stop } |
            Should -Throw -ErrorId 'InvalidClusterDefinition,*' -ExpectedMessage $Problem
    }

    It 'says what is wrong with the file itself' {
        { Get-PgClusterDefinition $TestDrive/none.psd1 -ErrorAction Stop } | Should -Throw -ErrorId 'DefinitionNotFound,*'
        { Get-PgClusterDefinition $TestDrive/none.txt -ErrorAction Stop } | Should -Throw -ErrorId 'NotADefinitionFile,*'
        { Get-PgClusterDefinition Env:/PATH -ErrorAction Stop } | Should -Throw -ErrorId 'NotAFilePath,*'
    }

    It 'takes 16MB in a data file as PostgreSQL means it' {
        Set-Content $TestDrive/mb.psd1 "@{ Name = 'c'; Settings = @{ shared_buffers = 16MB; work_mem = 64kb;
            checkpoint_completion_target = 0.9; fsync = `$true }; Nodes = @{ Name = 'a' } }"
        $settings = (Get-PgClusterDefinition $TestDrive/mb.psd1).Settings

        $settings['shared_buffers'], $settings['work_mem'], $settings['checkpoint_completion_target'], $settings['fsync'] |
            Should -Be '16MB', '64kB', '0.9', 'on'
    }
}

Describe 'A definition as a parameter' {
    It 'is a path, relative to the current location' {
        Push-Location $docs/examples
        try { (Read-Definition ./reference-cluster.psd1).Nodes.Count | Should -Be 6 }
        finally { Pop-Location }
        (Read-Definition (Get-Item $reference)).Nodes.Count | Should -Be 6
    }

    It 'is a hashtable, whose paths are relative to the current location' {
        Push-Location $TestDrive
        try {
            $cluster = Read-Definition @{
                Name = 'pair'; Root = 'pg'
                Nodes = @{ Name = 'a' }, ([ordered]@{ Name = 'b'; Port = 5433; Upstream = 'a'; ApplyDelay = [timespan]'00:05' })
            }
        } finally { Pop-Location }

        $cluster.Nodes.DataDirectory | Should -Be ([IO.Path]::Combine($TestDrive, 'pg', 'a')), ([IO.Path]::Combine($TestDrive, 'pg', 'b'))
        $cluster.Nodes[1].ApplyDelay.TotalMinutes | Should -Be 5
    }

    It 'is what Import-PowerShellDataFile or ConvertFrom-Json made' {
        (Read-Definition (Import-PowerShellDataFile $reference)).Nodes.Count | Should -Be 6
        (Read-Definition ('{ "Name": "c", "Nodes": [ { "Name": "a", "Settings": { "work_mem": "1MB" } } ] }' |
            ConvertFrom-Json)).Nodes[0].Settings['work_mem'] | Should -Be '1MB'
    }

    It 'is a definition' {
        $cluster = Get-PgClusterDefinition $reference
        Read-Definition $cluster | Should -Be $cluster
    }

    It 'can be piped' {
        (Get-PgClusterDefinition $reference | Get-PgCluster -Timeout 2).Members.Name |
            Should -Be (Get-PgClusterDefinition $reference).Nodes.Name
    }

    It 'lists its problems, in one order' {
        $problems = Get-Problem { Read-Definition @{ Name = 'c'; Nodes = @{ Name = 'a'; zeta = 1; alpha = 2 }, @{ Name = 'b' } } }
        $problems | Should -HaveCount 4
        $problems[0] | Should -BeLike 'Nodes[[]0].alpha: nothing has this name*'
        $problems[1] | Should -BeLike 'Nodes[[]0].zeta: nothing has this name*'
    }

    It 'is nothing else' {
        { Read-Definition 42 } | Should -Throw '*is no cluster definition. Give a hashtable*'
        { Read-Definition $TestDrive/none.json } | Should -Throw '*There is no file*'
    }
}

Describe 'A definition that is written' {
    It 'reads as the same, as <_>' -ForEach 'psd1', 'json' {
        $cluster = Get-PgClusterDefinition $reference
        $write = $_ -eq 'json' ? [PgHa.ClusterDefinitionWriter]::ToJson : [PgHa.ClusterDefinitionWriter]::ToPowerShellData
        Set-Content "$TestDrive/written.$_" $write.Invoke($cluster) -NoNewline

        $write.Invoke((Get-PgClusterDefinition "$TestDrive/written.$_")) | Should -Be $write.Invoke($cluster)
    }

    It 'as a data file keeps every character' {
        $text = "it's ‘quoted’ `$HOME `` `"x`""
        $cluster = Read-Definition @{ Name = $text; Nodes = @{ Name = 'a'; Settings = @{ 'my.setting' = $text; 'a' = '007' } } }
        Set-Content $TestDrive/odd.psd1 ([PgHa.ClusterDefinitionWriter]::ToPowerShellData($cluster))

        $read = Get-PgClusterDefinition $TestDrive/odd.psd1
        $read.Name, $read.Nodes[0].Settings['my.setting'], $read.Nodes[0].Settings['a'] | Should -Be $text, $text, '007'
    }
}
