# The cmdlets, the engine and Npgsql load into a load context of PgHa's own, so that another module's Npgsql never meets
# ours; PgHa.dll loads where scripts see its types. PgHa.Loader, which the manifest names, does it.
$cmdlets = Import-Module -Assembly ([PgHa.Loading.ModuleLoader]::LoadCommands($PSScriptRoot)) -PassThru

# PowerShell keeps a module that came from an assembly, and next time hands it out without its cmdlets
# (PowerShell issue 20710). Removed together with this one, it is imported whole by Import-Module -Force.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $cmdlets }
