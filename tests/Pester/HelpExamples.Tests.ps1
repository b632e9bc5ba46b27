# Each example of the help runs on real servers without an error, and prints the tables that the page shows. The examples run in one
# session and on one cluster (HelpScene.ps1), in an order that HelpExamplePlan.ps1 gives: those that change much come last.

BeforeDiscovery {
    $pages = Get-ChildItem $PSScriptRoot/../../docs/en-US/*-Pg*.md | ForEach-Object { @{ Page = $_.BaseName } }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/PageRun.psm1
    $plan = & $PSScriptRoot/HelpExamplePlan.ps1
    $folder = (Resolve-Path $PSScriptRoot/../../docs/en-US).Path
    $major = Get-PageMajor

    function Test-LeftOut([string] $Name) {
        $isOfMajor = $plan.LeftOut[$Name] -match '^PostgreSQL (\d+)$' -and $major.Major -ge [int]$Matches[1]
        $plan.LeftOut.ContainsKey($Name) -and -not $isOfMajor
    }

    function New-Block([string] $Name, [int] $Line, [string] $Code, [string] $Output) {
        if ($Code) { [pscustomobject]@{ Name = $Name; Line = $Line; Code = $Code; Output = $Output } }
    }

    # What is run: each example with its name, and around it what the plan says, named after it.
    $blocks = foreach ($page in Get-ChildItem $folder/*-Pg*.md | Sort-Object { $plan.Last.IndexOf($_.BaseName) }, BaseName) {
        $number = 0
        foreach ($example in Get-PageBlock $page) {
            $number++
            $name = "$($page.BaseName) $number"
            if (Test-LeftOut $name) { continue }
            $code = $example.Code
            foreach ($pair in $plan.Replace) { $code = $code -creplace $pair.Text, $pair.Becomes }
            New-Block "before $name" $example.Line $plan.Before[$name]
            New-Block $name $example.Line $code $example.Output
            New-Block "after $name" $example.Line $plan.After[$name]
        }
    }

    $area = New-PgHaTestArea
    $scene = Get-Content $PSScriptRoot/HelpScene.ps1 -Raw
    $servers = @{ Area = $area; BinDirectory = $major.BinDirectory; Port = Get-PagePort }
    $run = @(Invoke-PageCode $blocks.Code @servers -Preparation $scene -TimeoutSeconds 500)

    # The headings of the tables of a text, each with its blanks as one.
    function Get-Heading([string] $Text) {
        [regex]::Matches($Text, '(?m)^(?<heading>.*)\n[ \t]*-[- \t]*$') |
            ForEach-Object { ($_.Groups['heading'].Value -replace '\s+', ' ').Trim() }
    }
}

AfterAll { $area | Remove-PgHaTestArea }

Describe 'The examples of <Page>' -ForEach $pages {
    It 'run, and print the tables that the page shows' {
        $problems = for ($index = 0; $index -lt $blocks.Count; $index++) {
            $block = $blocks[$index]
            if (($block.Name -split ' ')[-2] -ne $Page) { continue }
            $where = "docs/en-US/$Page.md:$($block.Line) ($($block.Name))"
            if ($null -eq $run[$index].Errors) { "$where was not reached" }
            elseif ($run[$index].Errors) { "$where failed:`n$($run[$index].Output)" }
            elseif ($missing = Get-Heading $block.Output | Where-Object { $_ -notin @(Get-Heading $run[$index].Output) }) {
                "$where shows the table '$missing', and this was printed:`n$($run[$index].Output)"
            }
        }
        $problems | Should -BeNullOrEmpty
    }
}

Describe 'The plan of the examples' {
    It 'names examples that there are' {
        $names = foreach ($page in Get-ChildItem $folder/*-Pg*.md) {
            1..@(Get-PageBlock $page).Count | ForEach-Object { "$($page.BaseName) $_" }
        }
        @($plan.LeftOut.Keys) + $plan.Before.Keys + $plan.After.Keys + ($plan.Last | ForEach-Object { "$_ 1" }) |
            Where-Object { $_ -notin $names } | Should -BeNullOrEmpty
    }
}
