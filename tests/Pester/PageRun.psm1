# Runs the code of a Markdown page on real servers, and compares what it prints with what the page shows.
#
# A page names the folder /srv/pg and the ports 9420 and following. A run puts a folder and ports of its own in their place, and
# what was printed is put back, so that a page is compared in its own words.

Set-StrictMode -Version Latest
Import-Module $PSScriptRoot/PgHaTest.psm1

# The ports that a page may name.
$firstPort = 9420
$portCount = 12

<#
.SYNOPSIS
The code blocks of a page, in order: Line, Code, and what the page shows of it (Output; null where it shows nothing).
#>
function Get-PageBlock {
    param([Parameter(Mandatory)] [string] $Path)
    $text = (Get-Content -LiteralPath $Path -Raw) -replace "`r"
    foreach ($match in [regex]::Matches($text, '(?ms)^```powershell\n(?<code>.*?)\n?^```\n(?:\n*```output\n(?<output>.*?)\n?^```\n)?')) {
        [pscustomobject]@{
            Line   = 1 + $text.Substring(0, $match.Index).Split("`n").Count - 1
            Code   = $match.Groups['code'].Value
            Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
        }
    }
}

<#
.SYNOPSIS
The newest major of this run that has all programs.
#>
function Get-PageMajor {
    Get-PgHaTestMajor | Where-Object HasOwnTools | Sort-Object { $_.Major } | Select-Object -Last 1
}

<#
.SYNOPSIS
Runs code blocks in a PowerShell of their own; for each what it printed, how many errors it had, and how long it took.
.DESCRIPTION
The module is found by its name, as on a reader's machine. Where the run does not come to its end in time it is killed, and the
blocks that did not come to their end have no number of errors.
#>
function Invoke-PageCode {
    param(
        [Parameter(Mandatory)] [string[]] $Code,
        [Parameter(Mandatory)] [IO.DirectoryInfo] $Area,
        [Parameter(Mandatory)] [string] $BinDirectory,
        # The ports that stand for 9420 and following.
        [Parameter(Mandatory)] [int[]] $Port,
        [string] $Preparation = '',
        [int] $Width = 100,
        [int] $TimeoutSeconds = 120
    )
    $scratch = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "pgha-page-$([guid]::NewGuid().ToString('n'))")).FullName
    try {
        $null = New-Item -ItemType SymbolicLink "$scratch/PgHa" -Target (Split-Path (Get-PgHaTestModule))
        @{
            Blocks      = @($Code | ForEach-Object { ConvertTo-RunText $_ $Area $Port })
            Preparation = "`$env:PATH = '$BinDirectory' + [IO.Path]::PathSeparator + `$env:PATH
                `$env:PSModulePath = '$scratch' + [IO.Path]::PathSeparator + `$env:PSModulePath
                `$PSDefaultParameterValues['New-PgInstance:BinDirectory'] = '$BinDirectory'
                $(ConvertTo-RunText $Preparation $Area $Port)"
            Width       = $Width
        } | ConvertTo-Json | Set-Content "$scratch/job.json"
        $process = Start-PgHaTestPowerShell ". '$PSScriptRoot/Invoke-PageCode.ps1' '$scratch/job.json'" "$scratch/printed"
        $isOver = $process.WaitForExit($TimeoutSeconds * 1000)
        if (-not $isOver) { $process.Kill($true) }

        $printed = ConvertTo-PageText (@(Get-Content "$scratch/printed") -join "`n") $Area $Port
        for ($index = 0; $index -lt $Code.Count; $index++) {
            $match = [regex]::Match($printed,
                "(?ms)^#pgha-page block $index\n(?<text>.*?)(?:^#pgha-page end (?<errors>\d+) errors after (?<time>\d+) ms$|\z)")
            [pscustomobject]@{
                Output       = $match.Success ? (Format-Printed $match.Groups['text'].Value) : $null
                Errors       = $match.Groups['errors'].Success ? [int]$match.Groups['errors'].Value : $null
                Milliseconds = $match.Groups['time'].Success ? [int]$match.Groups['time'].Value : $null
            }
        }
        if (-not $isOver -or $printed -notmatch '(?m)^#pgha-page ') { Write-Warning "The page did not come to its end:`n$printed" }
    }
    finally { Remove-Item $scratch -Recurse -Force }
}

# Without empty lines around it, and without blanks at the ends of lines.
function Format-Printed([string] $Text) {
    ($Text -replace '(?m)[ \t]+$').Trim("`n")
}

function ConvertTo-RunText([string] $Text, [string] $Area, [int[]] $Port) {
    [regex]::Replace($Text.Replace('/srv/pg', "$Area/pg"), '(?<![\w.])94[23]\d(?!\w|\.\d)', {
            $index = [int]$args[0].Value - $firstPort
            $index -lt $Port.Count ? "$($Port[$index])" : $args[0].Value
        })
}

function ConvertTo-PageText([string] $Text, [string] $Area, [int[]] $Port) {
    $Text = $Text.Replace("$Area/pg", '/srv/pg').Replace("$Area", '/srv')
    for ($index = 0; $index -lt $Port.Count; $index++) {
        $Text = $Text -replace "(?<!\d)$($Port[$index])(?!\d)", "$($firstPort + $index)"
    }
    $Text
}

<#
.SYNOPSIS
What is compared of a text: all but what differs from run to run.
#>
function Get-ComparableText {
    param([AllowNull()] [AllowEmptyString()] [string] $Text)
    $masks = [ordered]@{
        '\b[0-9A-F]{8}\.history\b'                              = '<history>'
        '\b[0-9A-F]{24}\b'                                      = '<wal>'
        '\b[0-9A-F]{1,8}/[0-9A-F]{3,8}\b'                       = '<lsn>'
        '\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z|[+-]\d\d:?\d\d)?' = '<time>'
        '\b\d+(\.\d+)? ?(bytes?|kB|MB|GB|TB)\b'                 = '<size>'
        '\b\d+(\.\d+)? (ms|s|min|seconds?)\b'                   = '<duration>'
        '\b\d+(\.\d+)? ?(days|hours)\b'                         = '<duration>'
        '(?<![\w.:/-])1\d(\.\d+)?(beta\d|devel)?(?![\w.:/%])'   = '<version>'
        '\b\d{18,20}\b'                                        = '<system>'
        '\bprocess \d+'                                        = 'process <id>'
        '-{2,}'                                                 = '--'
        '[ \t]+'                                                = ' '
    }
    foreach ($mask in $masks.GetEnumerator()) { $Text = $Text -creplace $mask.Key, $mask.Value }
    @($Text -split "`n" | ForEach-Object Trim | Where-Object { $_ }) -join "`n"
}

# Where a table breaks its last column depends on the width of the console.
function Test-SameText([string] $One, [string] $Other) {
    ($One -replace '\s+', ' ') -ceq ($Other -replace '\s+', ' ')
}

<#
.SYNOPSIS
For each block of a page that printed something else than the page shows, what and where.
#>
function Compare-Page {
    param([Parameter(Mandatory)] [string] $Path, [Parameter(Mandatory)] [object[]] $Block, [Parameter(Mandatory)] [object[]] $Run)
    for ($index = 0; $index -lt $Block.Count; $index++) {
        $shown = Get-ComparableText $Block[$index].Output
        $printed = Get-ComparableText $Run[$index].Output
        if ($null -eq $Run[$index].Errors) { "${Path}:$($Block[$index].Line): did not come to its end" }
        elseif (-not (Test-SameText $shown $printed)) {
            "${Path}:$($Block[$index].Line): the page shows`n$shown`n--- and this was printed`n$printed`n"
        }
    }
}

<#
.SYNOPSIS
Puts what was printed into the page, where it shows something else; with -Force also where that is compared as equal.
#>
function Update-PageOutput {
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [object[]] $Block,
        [Parameter(Mandatory)] [object[]] $Run,
        [switch] $Force
    )
    $text = (Get-Content -LiteralPath $Path -Raw) -replace "`r"
    $at = 0
    if ($null -in $Run.Errors) { throw "$Path did not come to its end, so nothing of it is updated." }
    for ($index = 0; $index -lt $Block.Count; $index++) {
        $code = "``````powershell`n$($Block[$index].Code)`n```````n"
        $old = $code + ($null -ne $Block[$index].Output ? "`n``````output`n$($Block[$index].Output)`n```````n" : '')
        $at = $text.IndexOf($old, $at, [StringComparison]::Ordinal)
        if ($at -lt 0) { throw "${Path}:$($Block[$index].Line): an output block has to follow its code after one empty line." }
        $new = $old
        $isSame = Test-SameText (Get-ComparableText $Block[$index].Output) (Get-ComparableText $Run[$index].Output)
        if ($Force -or -not $isSame) {
            $new = $code + ($Run[$index].Output ? "`n``````output`n$($Run[$index].Output)`n```````n" : '')
            $text = $text.Remove($at, $old.Length).Insert($at, $new)
        }
        $at += $new.Length
    }
    [IO.File]::WriteAllText($Path, $text)
}

<#
.SYNOPSIS
The ports of a page.
#>
function Get-PagePort {
    Get-PgHaTestPort -Count $portCount
}

Export-ModuleMember -Function Get-PageBlock, Get-PageMajor, Get-PagePort, Invoke-PageCode, Compare-Page, Update-PageOutput,
    Get-ComparableText
