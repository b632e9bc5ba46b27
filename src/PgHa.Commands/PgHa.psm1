# The cmdlets, the engine and Npgsql load into a load context of PgHa's own, so that another module's Npgsql never meets
# ours; PgHa.dll loads where scripts see its types.
$path = [System.IO.Path]::GetFullPath("$PSScriptRoot/PgHa.Loader.dll")
try { $loader = [System.Reflection.Assembly]::LoadFrom($path) } catch [System.IO.FileLoadException] { $loader = $null }

# .NET keeps what it has loaded: it refuses a newer assembly of the same name, and takes the old one for an older.
if ($loader.Location -ne $path) {
    throw [System.InvalidOperationException]::new('This process has loaded another PgHa already. Start a new pwsh to use this one.')
}
$cmdlets = Import-Module -Assembly ([PgHa.Loading.ModuleLoader]::Commands) -PassThru

# PowerShell keeps a module that came from an assembly, and next time hands it out without its cmdlets
# (PowerShell issue 20710). Removed together with this one, it is imported whole by Import-Module -Force.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $cmdlets }
