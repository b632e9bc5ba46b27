# Each guide is followed literally: its code runs on real servers, and prints what the page shows.

BeforeDiscovery {
    # The guide about many machines is followed in a laboratory (PgHa.Laboratory.Tests).
    $guides = Get-ChildItem $PSScriptRoot/../../docs/guides/*.md -Exclude README.md, from-one-machine-to-many.md | ForEach-Object { @{ Guide = $_.Name } }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/PageRun.psm1
    $folder = (Resolve-Path $PSScriptRoot/../../docs/guides).Path
}

Describe 'The guide <Guide>' -ForEach $guides {
    BeforeAll {
        $blocks = @(Get-PageBlock $folder/$Guide)
        $area = New-PgHaTestArea
        $run = @(Invoke-PageCode $blocks.Code -Area $area -BinDirectory (Get-PageMajor).BinDirectory -Port (Get-PagePort))
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'prints what it shows' {
        Compare-Page $Guide $blocks $run | Should -BeNullOrEmpty
    }

    It 'leaves nothing behind' {
        Get-ChildItem $area -Recurse -Force | Should -BeNullOrEmpty
    }
}

Describe 'The list of guides' {
    It 'names them all' {
        $links = [regex]::Matches((Get-Content $folder/README.md -Raw), '\]\((?<file>[\w-]+\.md)\)').ForEach({ $_.Groups['file'].Value })
        $links | Sort-Object | Should -Be ((Get-ChildItem $folder/*.md -Exclude README.md).Name | Sort-Object)
    }
}

Describe 'The comparison' {
    It 'masks <Text>' -ForEach @(
        @{ Text = 'at 0/3000148 on timeline 1'; Masked = 'at <lsn> on timeline 1' }
        @{ Text = '000000010000000000000007'; Masked = '<wal>' }
        @{ Text = '2026-11-22 14:03:11.482'; Masked = '<time>' }
        @{ Text = '216 bytes, 16 MB, 1.5 kB'; Masked = '<size>, <size>, <size>' }
        @{ Text = 'node20 127.0.0.1:9420      18'; Masked = 'node20 127.0.0.1:9420 <version>' }
        @{ Text = 'process 4711'; Masked = 'process <id>' }
    ) {
        Get-ComparableText $Text | Should -Be $Masked
    }

    It 'tells <Shown> from <Printed>' -ForEach @(
        @{ Shown = 'node20'; Printed = 'node21' }
        @{ Shown = 'port 9420'; Printed = 'port 9421' }
        @{ Shown = 'timeline 1'; Printed = 'timeline 2' }
        @{ Shown = 'FIRST 1 (s1)'; Printed = 'ANY 1 (s1)' }
        @{ Shown = '1000'; Printed = '1500' }
    ) {
        Get-ComparableText $Shown | Should -Not -Be (Get-ComparableText $Printed)
    }
}
