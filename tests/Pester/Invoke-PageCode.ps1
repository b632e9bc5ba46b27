# Runs the code blocks of a page in this session, statement by statement as they would be pasted, and prints what each prints.
# PageRun.psm1 starts it in a PowerShell of its own, and dot-sources it, so that variables last from block to block.
param(
    # A JSON file: Blocks (the code of each), Width, and Preparation (code that runs first and prints nothing).
    [Parameter(Mandatory)] [string] $PageJob
)

$PSStyle.OutputRendering = 'PlainText'
$ProgressPreference = 'SilentlyContinue'
$pageJobContent = Get-Content -LiteralPath $PageJob -Raw | ConvertFrom-Json
# Without what they need, none of the blocks has to be tried.
try { . ([scriptblock]::Create($pageJobContent.Preparation)) | Out-Null }
catch {
    "The preparation failed: $_", $_.InvocationInfo.PositionMessage
    return
}

$pageBlockIndex = 0
foreach ($pageBlockCode in $pageJobContent.Blocks) {
    "#pgha-page block $(($pageBlockIndex++))"
    $pageBlockErrors = 0
    $pageBlockTime = [Diagnostics.Stopwatch]::StartNew()
    $pageSyntax = [Management.Automation.Language.Parser]::ParseInput($pageBlockCode, [ref]$null, [ref]$null)
    foreach ($pageStatement in $pageSyntax.EndBlock.Statements) {
        try {
            . ([scriptblock]::Create($pageStatement.Extent.Text)) 2>&1 | ForEach-Object {
                if ($_ -is [Management.Automation.ErrorRecord]) { $pageBlockErrors++ }
                $_
            } | Out-String -Stream -Width $pageJobContent.Width
        }
        catch {
            $pageBlockErrors++
            $_ | Out-String -Stream -Width $pageJobContent.Width
        }
    }
    "#pgha-page end $pageBlockErrors errors after $([int]$pageBlockTime.ElapsedMilliseconds) ms"
}
