# The cmdlets, the engine and Npgsql load into a load context of PgHa's own, so that another module's Npgsql never meets
# ours; PgHa.dll loads where scripts see its types. PgHa.Loader, which the manifest names, does it.
$cmdlets = Import-Module -Assembly ([PgHa.Loading.ModuleLoader]::LoadCommands($PSScriptRoot)) -PassThru

# Objects from jobs, other sessions and files become again what they were. Update-TypeData by its class: by its name it
# would cost the import of PowerShell's Utility module.
$update = 'Microsoft.PowerShell.Commands.UpdateTypeDataCommand, Microsoft.PowerShell.Commands.Utility'
& ([System.Management.Automation.CmdletInfo]::new('Update-TypeData', [type]$update)) -TypeData ([PgHa.Commands.ReceivedTypes]::All) -Force

# PowerShell keeps a module that came from an assembly, and next time hands it out without its cmdlets
# (PowerShell issue 20710). Removed together with this one, it is imported whole by Import-Module -Force.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $cmdlets }
