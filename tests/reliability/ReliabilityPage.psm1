# What the scripts that write docs/reliability.md share.

Set-StrictMode -Version Latest

<#
.SYNOPSIS
Puts a section ("## Title" and what follows) into the page, in place of the one of that title, or at its end.
#>
function Set-PageSection {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [string] $Title,
        [Parameter(Mandatory)] [AllowEmptyString()] [string[]] $Line
    )
    $section = (@("## $Title", '') + $Line) -join "`n"
    $text = (Test-Path $Path) ? ((Get-Content -Raw $Path) -replace "`r") : "# Reliability`n"
    $old = [regex]::Match($text, "(?ms)^## $([regex]::Escape($Title))$.*?(?=^## |\z)")
    $at = $old.Success ? $old.Index : $text.Length
    $before = $text.Substring(0, $at).TrimEnd()
    $after = $text.Substring($at + $old.Length).Trim()
    $parts = @($before, $section, $after) | Where-Object { $_ }
    [IO.File]::WriteAllText($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), ($parts -join "`n`n") + "`n")
}

<#
.SYNOPSIS
Puts lines between "<!-- begin NAME -->" and "<!-- end NAME -->" of a page.
#>
function Set-PageMark {
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string[]] $Line
    )
    $text = (Get-Content -Raw $Path) -replace "`r"
    $mark = [regex]::Match($text, "(?s)(<!-- begin $Name -->\n).*?(<!-- end $Name -->)")
    if (-not $mark.Success) { throw "$Path has no lines <!-- begin $Name --> and <!-- end $Name -->." }
    $new = "$($mark.Groups[1].Value)$($Line -join "`n")`n$($mark.Groups[2].Value)"
    [IO.File]::WriteAllText((Resolve-Path $Path).Path, $text.Remove($mark.Index, $mark.Length).Insert($mark.Index, $new))
}

Export-ModuleMember -Function Set-PageSection, Set-PageMark
