# The help pages, the MAML made of them, the manifest and the code agree. PlatyPS is not needed for this.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $cmdlets = Get-Command -Module PgHa | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    $topics = Get-ChildItem $PSScriptRoot/../../docs/en-US/about_*.help.txt |
        ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$' } }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $pages = Resolve-Path $PSScriptRoot/../../docs/en-US
    $stale = 'the page or the code changed: run docs/build-help.ps1'
    $common = [System.Management.Automation.Cmdlet]::CommonParameters

    $maml = @{}
    foreach ($command in ([xml](Get-Content $pages/PgHa.Commands.dll-Help.xml -Raw)).GetElementsByTagName('command:command')) {
        $maml[$command.details.name] = $command
    }

    # An id is one of ErrorIds, the text of a check, or the name of a drift.
    $raised = [regex]::Matches((Get-ChildItem $PSScriptRoot/../../src -Recurse -Filter *.cs | Get-Content -Raw) -join "`n",
        '"(?<id>[A-Z][A-Za-z]+)"|\bErrorIds\.(?<id>\w+)').ForEach({ $_.Groups['id'].Value }) +
        [PgHa.DriftKind].GetEnumNames() | Sort-Object -Unique

    function Get-OneLine($Text) {
        (@($Text) -join ' ').Trim() -replace '\s+', ' '
    }

    function Get-OwnParameter($Parameters) {
        $Parameters | Where-Object { $_ -notin $common } | Sort-Object
    }
}

Describe 'The help as a whole' {
    It 'has a page for each cmdlet, and none for others' {
        Get-ChildItem $pages/*-*.md | ForEach-Object BaseName | Sort-Object | Should -Be ((Get-Command -Module PgHa).Name | Sort-Object)
        $maml.Keys | Sort-Object | Should -Be ((Get-Command -Module PgHa).Name | Sort-Object) -Because $stale
    }
}

Describe 'The page of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $page = (Get-Content $pages/$Name.md -Raw -ErrorAction Stop) -replace "`r"
        $sections = @{}
        foreach ($match in [regex]::Matches($page, '(?ms)^## (?<title>[A-Z ]+)\n(?<text>.*?)(?=^## |\z)')) {
            $sections[$match.Groups['title'].Value] = $match.Groups['text'].Value.Trim()
        }
        $described = @{}
        foreach ($match in [regex]::Matches($sections['PARAMETERS'], '(?ms)^### -(?<name>\w+)\n(?<text>.*?)```yaml')) {
            $described[$match.Groups['name'].Value] = Get-OneLine $match.Groups['text'].Value
        }
    }

    It 'is filled in' {
        $page | Should -Not -Match '\{\{'
        $sections['SYNOPSIS'] | Should -Not -BeNullOrEmpty
        $sections['DESCRIPTION'] | Should -Not -BeNullOrEmpty
    }

    It 'describes each parameter of the code, and no other' {
        $described.Keys | Sort-Object | Should -Be (Get-OwnParameter $Cmdlet.Parameters.Keys)
        $described.Values | Should -Not -Contain ''
    }

    It 'has two examples or more, each with its code and what it does' {
        $examples = [regex]::Matches($sections['EXAMPLES'], '(?ms)^### (?<title>.*?)\n(?<text>.*?)(?=^### |\z)')

        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            $text = $example.Groups['text'].Value
            $text | Should -Match "(?s)``````powershell\n.*$($Cmdlet.Noun)" -Because "$example uses the cmdlet"
            $text -replace '(?ms)^```.*?^```' | Should -Match '\w' -Because "$example says what it does"
        }
    }

    It 'shows code that parses, with parameters that exist' {
        foreach ($block in [regex]::Matches($sections['EXAMPLES'], '(?ms)^```powershell\n(?<code>.*?)^```')) {
            $problems = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($block.Groups['code'].Value, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty
            $calls = $syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            foreach ($call in $calls | Where-Object { $_.GetCommandName() -like '*-Pg*' }) {
                $called = Get-Command $call.GetCommandName() -ErrorAction Stop
                $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } |
                    ForEach-Object { { $called.ResolveParameter($_.ParameterName) } | Should -Not -Throw -Because $call.Extent.Text }
            }
        }
    }

    It 'is what the MAML says' {
        $help = $maml[$Name]
        Get-OneLine $help.details.description.para | Should -Be (Get-OneLine $sections['SYNOPSIS']) -Because $stale
        foreach ($parameter in $help.parameters.parameter) {
            Get-OneLine $parameter.description.para | Should -Be $described[$parameter.name] -Because $stale
        }
        @($help.examples.example).Count | Should -Be ([regex]::Matches($sections['EXAMPLES'], '(?m)^### ').Count) -Because $stale
    }
}

Describe 'The notes of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $notes = [regex]::Match(((Get-Content $pages/$Name.md -Raw) -replace "`r"),
            '(?ms)^## NOTES\n(?<text>.*?)(?=^## |\z)').Groups['text'].Value.Trim()
        $rows = [regex]::Matches($notes, '(?m)^\| (?<ids>[A-Z]\w+(, [A-Z]\w+)*) \| (?<cause>[^|]+) \| (?<advice>[^|]+) \|$') |
            Where-Object { $_.Groups['ids'].Value -ne 'Error' }
    }

    It 'are what the MAML says' {
        Get-OneLine $maml[$Name].alertSet.alert.para | Should -Be (Get-OneLine $notes) -Because $stale
    }

    It 'name errors that the code raises' {
        $named = @($rows | ForEach-Object { $_.Groups['ids'].Value -split ', ' }) +
            @([regex]::Matches(($notes -replace '(?s)^.*?Errors:|^(?!.*Errors:).*$'), '`([A-Z]\w+)`') |
                ForEach-Object { $_.Groups[1].Value })
        $named | Where-Object { $_ -cne 'REPLICATION' -and $_ -notin $raised } | Should -BeNullOrEmpty
    }

    It 'show commands that exist' {
        foreach ($code in [regex]::Matches(($rows | ForEach-Object { $_.Groups['advice'].Value }) -join "`n",
            '`(?<code>[A-Z]\w+-Pg\w+[^`]*)`')) {
            $problems = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($code.Groups['code'].Value, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty
            $call = $syntax.Find({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            $called = Get-Command $call.GetCommandName() -Module PgHa -ErrorAction Stop
            $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } |
                ForEach-Object { { $called.ResolveParameter($_.ParameterName) } | Should -Not -Throw -Because $call.Extent.Text }
        }
        # A switch alone is one of the page's own cmdlet.
        foreach ($option in [regex]::Matches(($rows | ForEach-Object { $_.Groups['advice'].Value }) -join "`n", '`-(?<name>\w+)')) {
            { $Cmdlet.ResolveParameter($option.Groups['name'].Value) } | Should -Not -Throw
        }
    }
}

Describe 'The notes of the commands that change who is the primary' {
    It 'say of <_> what the errors are and what to type' -ForEach 'Switch-PgPrimary', 'Restart-PgCluster', 'Sync-PgCluster',
        'Invoke-PgFailover', 'Repair-PgStandby' {
        (Get-Content $pages/$_.md -Raw) -replace "`r" | Should -Match '(?m)^\| Error \| Cause \| What to type \|$'
    }
}

Describe 'The MAML of <Name>' -ForEach $cmdlets {
    It 'has the parameters of the code' {
        Get-OwnParameter $maml[$Name].parameters.parameter.name | Should -Be (Get-OwnParameter $Cmdlet.Parameters.Keys) -Because $stale
    }

    It 'has the parameter sets of the code' {
        $documented = @($maml[$Name].syntax.syntaxItem) | ForEach-Object {
            (@($_.parameter) | Sort-Object name | ForEach-Object { '{0}:{1}' -f $_.name, $_.required }) -join ' '
        }
        $actual = $Cmdlet.ParameterSets | ForEach-Object {
            ($_.Parameters | Where-Object Name -NotIn $common | Sort-Object Name |
                ForEach-Object { '{0}:{1}' -f $_.Name, "$($_.IsMandatory)".ToLowerInvariant() }) -join ' '
        }

        $documented | Sort-Object | Should -Be ($actual | Sort-Object) -Because $stale
    }

    It 'is what Get-Help shows' {
        $help = Get-Help $Name -Full
        Get-OneLine $help.Synopsis | Should -Be (Get-OneLine $maml[$Name].details.description.para) -Because 'the build copies the MAML'
        $help.examples.example[0].code | Should -Match $Cmdlet.Noun
    }
}

Describe 'The topic <Topic>' -ForEach $topics {
    It 'is found by Get-Help' {
        Get-Help $Topic | Should -Match "TOPIC\s+$Topic"
    }

    It 'shows commands that exist' {
        $text = (Get-Content "$pages/$Topic.help.txt" -Raw) -replace "`r"
        foreach ($block in [regex]::Matches($text, '(?m)^ {8}(?=\$\w+ [|=]|[A-Z]\w+-Pg\w+ )\S.*\n(?: {8,}\S.*\n)*')) {
            $problems = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($block.Value, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty -Because $block.Value
            $calls = $syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            foreach ($call in $calls | Where-Object { $_.GetCommandName() -like '*-Pg*' }) {
                $called = Get-Command $call.GetCommandName() -Module PgHa -ErrorAction Stop
                $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } |
                    ForEach-Object { { $called.ResolveParameter($_.ParameterName) } | Should -Not -Throw -Because $call.Extent.Text }
            }
        }
    }
}

Describe 'The checks of Test-PgCluster' {
    It 'are all in its help' {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $page = Get-Content "$PSScriptRoot/../../docs/en-US/Test-PgCluster.md"
        $listed = $page -match '^\| \w+ \| (Critical|Warning|Unknown|Information) \| '
        $listed | Should -Be ([PgHa.ClusterChecks]::All | ForEach-Object { "| $($_.Id) | $($_.Severity) | $($_.Description) |" })
    }
}
