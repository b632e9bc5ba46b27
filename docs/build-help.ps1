#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Microsoft.PowerShell.PlatyPS'; ModuleVersion = '1.0.3' }
<#
.SYNOPSIS
    Keeps the help of the cmdlets: a page for each in docs/en-US, and the MAML that Get-Help reads.
.DESCRIPTION
    Makes a page for every cmdlet that has none, brings the parameters of the others up to date with the code (what was
    written stays), exports all pages to docs/en-US/PgHa.Commands.dll-Help.xml, and copies the help to en-US, where
    Get-Help looks for it. Build the module before; fill in what is in {{ braces }} and run this again.
.EXAMPLE
    dotnet build src/PgHa.Commands && pwsh docs/build-help.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
# PlatyPS and Get-Help look for properties that are not there; build.ps1 is strict.
Set-StrictMode -Off
$pages = "$PSScriptRoot/en-US"
$utf8 = [System.Text.UTF8Encoding]::new($false)
$scratch = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())

# PlatyPS leaves an example as the Markdown it was; Get-Help has places for the code and for what is said about it.
function Split-Example([xml] $Maml) {
    foreach ($example in $Maml.GetElementsByTagName('command:example')) {
        $text = @($example.introduction.para) -join "`n`n"
        if ($text -notmatch '(?s)^(?<before>.*?)```powershell\n(?<code>.*?)\n```\n*(?<after>.*)$') { throw "No code in example: $text" }
        $example['maml:introduction'].RemoveAll()
        $example['dev:code'].InnerText = $Matches.code
        $after = $Matches.before + ($Matches.after -replace '(?m)^```.*\n?')
        foreach ($paragraph in $after.Trim() -split '\n\n') {
            $example['dev:remarks'].AppendChild($Maml.CreateElement('maml', 'para', $example['maml:title'].NamespaceURI)).InnerText =
                $paragraph
        }
    }
}

# Where the cmdlets have help already, PlatyPS appends it to the pages once more.
Remove-Item "$PSScriptRoot/../en-US/*.dll-Help.xml" -ErrorAction Ignore
Import-Module "$PSScriptRoot/../PgHa.psd1" -Force
try {
    foreach ($cmdlet in Get-Command -Module PgHa) {
        $page = "$pages/$($cmdlet.Name).md"
        if (-not (Test-Path $page)) {
            Copy-Item (New-MarkdownCommandHelp -CommandInfo $cmdlet -OutputFolder $scratch -Locale en-US) $page
        }
        # PlatyPS dates each page at every run: a page changes when its content does.
        Update-MarkdownCommandHelp -Path $page -NoBackup
        $text = (Get-Content $page -Raw) -replace "`r" -replace '(?m)^ms\.date: .*\n'
        # It also adds its own sentence about -WhatIf and -Confirm below ours, once more each time.
        $text =
            $text -replace '(?m)(?<=\S\n)(Runs the command in a mode that only reports|Prompts you for confirmation before running) .*\n'
        # And a syntax that it changes loses the common parameters.
        $text = $text -replace '(?m)(?<=^```\n)(\w+-Pg\w+ [^`]*)(?<!\[<CommonParameters>\])\n(?=```)', "`$1`n [<CommonParameters>]`n"
        [IO.File]::WriteAllText($page, "$($text.TrimEnd())`n", $utf8)
    }

    $help = Import-MarkdownCommandHelp -Path "$pages/*-Pg*.md"
    $exported = $help | Export-MamlCommandHelp -OutputFolder $scratch -Encoding $utf8
    $maml = [xml](Get-Content $exported -Raw)
    Split-Example $maml
    $maml.Save("$pages/$($exported.Name)")
}
finally {
    Remove-Item $scratch -Recurse -ErrorAction Ignore
}

$null = New-Item -ItemType Directory "$PSScriptRoot/../en-US" -Force
Copy-Item "$pages/*.dll-Help.xml", "$pages/about_*.help.txt" "$PSScriptRoot/../en-US"
