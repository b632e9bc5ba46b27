# Show-PgCluster, Export-PgClusterDiagram, -Report and Export-PgMetric on real servers. What is drawn is tested in the domain.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
    $browser = Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $browser) { Write-Warning 'The report is not looked at in a browser: there is no Chromium on PATH.' }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Pictures of a cluster on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $cluster = Get-PgCluster $primary, $standby
        $rendering = $PSStyle.OutputRendering
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach { $PSStyle.OutputRendering = $rendering }

    It 'are a tree in the console' {
        $lines = @($cluster | Show-PgCluster)

        $lines[0] | Should -Be $cluster.Name
        $lines[1] | Should -Match "^primary +primary +running +TLI 1  127.0.0.1:$($primary.Port)"
        $lines[2] | Should -Match "^└─ standby +standby +streaming +.* TLI 1  127.0.0.1:$($standby.Port) +slot standby_slot"
        $lines | ForEach-Object { $_.Length | Should -BeLessThan 100 }
    }

    It 'are in colour if that is wanted, and not if not' {
        $PSStyle.OutputRendering = 'Ansi'
        $cluster | Show-PgCluster | Out-String | Should -Match "`e\[32mstreaming"
        $PSStyle.OutputRendering = 'PlainText'
        $cluster | Show-PgCluster | Out-String | Should -Not -Match "`e"
    }

    It 'are an image, a flowchart or a graph, by what the file is called' {
        $cluster | Export-PgClusterDiagram $TestDrive/c.svg
        ([xml](Get-Content $TestDrive/c.svg -Raw)).svg.rect.Count | Should -Be 3
        $cluster | Export-PgClusterDiagram $TestDrive/c.mmd
        Get-Content $TestDrive/c.mmd -Raw | Should -Match 'n0 -->\|"standby_slot"\| n1'
        $cluster | Export-PgClusterDiagram $TestDrive/c.dot
        Get-Content $TestDrive/c.dot -Raw | Should -Match '"primary" -> "standby" \[label="standby_slot"\]'
        $cluster | Export-PgClusterDiagram -As Graphviz | Should -BeLike 'digraph*'
    }

    It 'are not written for -WhatIf, nor where they cannot be' {
        $cluster | Export-PgClusterDiagram $TestDrive/not.svg -WhatIf
        $cluster | Export-PgClusterReport $TestDrive/not.html -WhatIf
        $cluster | Export-PgMetric $TestDrive/not.prom -WhatIf
        Get-ChildItem $TestDrive/not.* | Should -BeNullOrEmpty
        { $cluster | Export-PgClusterDiagram $TestDrive/no/such/folder.svg -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotWritten,*'
    }

    It 'are a report with the lag over the sampled time' {
        $null = Invoke-Psql $standby 'select 1'
        $file = $cluster | Export-PgClusterReport $TestDrive/report.html -SampleTime 2 -Interval 0.1 -PassThru

        $file | Should -BeOfType ([IO.FileInfo])
        $page = Get-Content $file -Raw
        $points = [regex]::Match($page, '<polyline class="s0" points="([^"]*)"').Groups[1].Value -split ' '
        $points.Count | Should -BeGreaterThan 1
        $page | Should -Match '<title>standby</title>'
        $page | Should -Match 'data-name="Role">primary<'
    }

    It 'are metrics, in a file or as text' {
        $text = $cluster | Export-PgMetric
        $name = [regex]::Escape($cluster.Name)
        $text | Should -Match "(?m)^pg_up\{cluster=`"$name`",node=`"primary`",server=`"127.0.0.1:$($primary.Port)`"\} 1$"
        $text | Should -Match '(?m)^pg_replication_slots_active\{.*slot_name="standby_slot"\} 1$'
        $text | Should -Match '(?m)^pg_stat_replication_pg_wal_lsn_diff\{.*application_name="standby"'
        $text | Should -Match '(?m)^pg_stat_archiver_archived_count\{.*node="primary"'
        $text | Should -Not -Match "`r"

        Set-Content $TestDrive/m.prom 'old'
        $cluster | Export-PgMetric $TestDrive/m.prom
        Get-Content $TestDrive/m.prom -TotalCount 1 | Should -Be '# HELP pg_up Whether the server answers.'
        (Get-ChildItem $TestDrive -Force -Filter '.pgha-*').Count | Should -Be 0
    }
}

Describe 'A report in a browser' -Skip:(-not $browser) {
    BeforeAll {
        $browser = (Get-Command chromium, chromium-browser, google-chrome -CommandType Application -ErrorAction Ignore |
            Select-Object -First 1).Source
        $definition = Get-PgClusterDefinition $PSScriptRoot/../../docs/examples/reference-cluster.psd1
        # Nobody answers: a report has to be readable then most of all.
        Get-PgCluster -Definition $definition -Timeout 2 | Export-PgClusterReport $TestDrive/r.html -SampleTime 0

        # What the browser made of the page, asked by a script that the page itself does not have.
        function Get-Rendered([string] $Size, [string[]] $Option) {
            $probe = '<script>const s = document.documentElement; ' +
                'const visible = [...document.querySelectorAll("section svg")].filter(e => e.clientWidth > 0);' +
                'document.title = JSON.stringify({ width: innerWidth, scroll: s.scrollWidth, ' +
                'background: getComputedStyle(document.body).backgroundColor,' +
                ' widest: Math.max(...visible.map(e => e.getBoundingClientRect().width)), ' +
                'boxes: visible.reduce((n, e) => n + e.querySelectorAll("rect").length, 0) })</script></body>'
            Set-Content $TestDrive/probe.html ((Get-Content $TestDrive/r.html -Raw) -replace '</body>', $probe)
            $place = "--user-data-dir=$TestDrive/profile", "--window-size=$Size"
            $page = '--dump-dom', "file://$TestDrive/probe.html"
            $dom = & $browser --headless=new --no-sandbox --disable-gpu --hide-scrollbars @place @Option @page 2>$null
            [regex]::Match($dom -join "`n", '<title>(\{.*?\})</title>').Groups[1].Value | ConvertFrom-Json
        }
    }

    It 'fits a phone without scrolling sideways' {
        $seen = Get-Rendered '390,844'
        $seen.scroll | Should -BeLessOrEqual $seen.width
        $seen.widest | Should -BeLessOrEqual $seen.width
        $seen.boxes | Should -Be 6
    }

    It 'fits a desktop' {
        $seen = Get-Rendered '1280,900'
        $seen.scroll | Should -BeLessOrEqual 1280
        $seen.boxes | Should -Be 6
        $seen.background | Should -Be 'rgb(246, 248, 250)'
    }

    It 'is dark where the system is' {
        (Get-Rendered '1280,900' '--blink-settings=preferredColorScheme=0').background | Should -Be 'rgb(13, 17, 23)'
    }
}
