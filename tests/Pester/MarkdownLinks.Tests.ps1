# Each link of a page leads to a file of the repository that is there, and to a heading of it that is there.

BeforeDiscovery {
    $root = (Resolve-Path $PSScriptRoot/../..).Path
    $pages = Get-ChildItem $root -Recurse -Force -Filter *.md -File |
        ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName).Replace('\', '/') } |
        Where-Object { $_ -notmatch '(^|/)(\.git|bin|obj|artifacts|TestResults|node_modules)/' } | Sort-Object |
        ForEach-Object { @{ Page = $_ } }
}

BeforeAll {
    $root = (Resolve-Path $PSScriptRoot/../..).Path

    # A page without what is shown as code.
    function Get-Prose([string] $Path) {
        (Get-Content -LiteralPath $Path -Raw) -replace "`r" -replace '(?ms)^[ \t]*(```|~~~).*?^[ \t]*\1[ \t]*$'
    }

    # The anchors that a forge gives the headings: lower case, blanks as hyphens, no punctuation, a number where there are equal ones.
    function Get-Anchor([string] $Path) {
        $count = @{}
        $prose = Get-Prose $Path
        foreach ($heading in [regex]::Matches($prose, '(?m)^#{1,6}[ \t]+(?<text>.*?)[ \t]*#*$')) {
            $text = $heading.Groups['text'].Value -replace '\[(?<text>[^\]]*)\]\([^)]*\)', '${text}'
            $anchor = ($text.ToLowerInvariant() -replace '[^\p{L}\p{N} _-]').Replace(' ', '-')
            $number = $count[$anchor]++
            $number ? "$anchor-$number" : $anchor
        }
        [regex]::Matches($prose, '<[^>]*\b(id|name)="(?<name>[^"]+)"').ForEach({ $_.Groups['name'].Value })
    }

    # Where a link leads nowhere, why; otherwise nothing. Links to other places are only looked at, not followed.
    function Get-LinkFault([string] $Page, [string] $Target) {
        if ($Target -match '^[a-z][a-z0-9+.-]+:') {
            $uri = $null
            $isAddress = [uri]::TryCreate($Target, 'Absolute', [ref]$uri) -and $uri.Scheme -in 'https', 'mailto'
            if (-not $isAddress) { "$Target is no https address" }
            return
        }
        $path, $anchor = [uri]::UnescapeDataString($Target) -split '#', 2
        $file = $path ? [IO.Path]::GetFullPath([IO.Path]::Combine($root, (Split-Path $Page), $path)) : "$root/$Page"
        # Names as the repository spells them, also on a file system that does not care.
        if (-not (Test-Path -LiteralPath $file) -or (Split-Path $file -Leaf) -cnotin (Get-ChildItem (Split-Path $file) -Force).Name) {
            "$Target is not there"
        }
        elseif ($anchor -and $file -like '*.md' -and $anchor -cnotin (Get-Anchor $file)) { "$Target has no such heading" }
    }
}

Describe 'The links of <Page>' -ForEach $pages {
    It 'lead somewhere' {
        $prose = (Get-Prose "$root/$Page") -replace '`[^`\n]*`'
        $links = [regex]::Matches($prose, '\]\(\s*<?(?<target>[^)>\s]+)>?(\s+"[^"]*")?\s*\)|(?m)^\s{0,3}\[[^\]]+\]:\s+<?(?<target>[^>\s]+)')

        $links | ForEach-Object { Get-LinkFault $Page $_.Groups['target'].Value } | Should -BeNullOrEmpty
    }
}

Describe 'The search for faults' {
    It 'finds <Target>' -ForEach @(
        @{ Target = 'no-such-file.md' }
        @{ Target = 'docs/no-such-folder/design.md' }
        @{ Target = 'readme.MD' }
        @{ Target = 'docs/contributing.md#no-such-heading' }
        @{ Target = '#no-such-heading' }
        @{ Target = 'http://example.org' }
    ) {
        Get-LinkFault README.md $Target | Should -Not -BeNullOrEmpty
    }

    It 'finds none in <Target>' -ForEach @(
        @{ Target = 'docs/contributing.md#tests' }
        @{ Target = 'docs' }
        @{ Target = '#try-it' }
        @{ Target = 'https://example.org/a#b' }
    ) {
        Get-LinkFault README.md $Target | Should -BeNullOrEmpty
    }
}
