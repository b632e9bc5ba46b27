# The cmdlets, the engine and Npgsql load into a load context of PgHa's own, so that another module's Npgsql never meets
# ours; PgHa.dll loads where scripts see its types.
try {
    $null = [System.Reflection.Assembly]::LoadFrom("$PSScriptRoot/PgHa.Loader.dll")
}
catch [System.IO.FileLoadException] {
    throw [System.InvalidOperationException]::new('This process has loaded another version of PgHa already. Start a new pwsh to use this one.', $_.Exception)
}
$cmdlets = Import-Module -Assembly ([PgHa.Loading.ModuleLoader]::Commands) -PassThru

# PowerShell keeps a module that came from an assembly, and next time hands it out without its cmdlets
# (PowerShell issue 20710). Removed together with this one, it is imported whole by Import-Module -Force.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $cmdlets }
