# Loads PgHa.dll where scripts see its types, and everything else into a load context of PgHa's own, so that
# another module's Npgsql never meets ours. No loader of our own is needed: a context looks among the assemblies it
# has before it asks the default one, so it is enough to load every assembly of bin/private beforehand.

using namespace System.IO
using namespace System.Runtime.Loader
using namespace System.Threading

$domain = [AssemblyLoadContext]::Default.LoadFromAssemblyPath([Path]::Combine($PSScriptRoot, 'PgHa.dll'))
$private = [Path]::Combine($PSScriptRoot, 'private')

# The process has one context, however many runspaces import the module: the assembly they share is the lock.
[Monitor]::Enter($domain)
try {
    $context = $null
    foreach ($candidate in [AssemblyLoadContext]::All) {
        if ($candidate.Name -eq 'PgHa') { $context = $candidate }
    }
    if (-not $context) {
        $context = [AssemblyLoadContext]::new('PgHa')
        foreach ($path in [Directory]::GetFiles($private, '*.dll')) {
            $null = $context.LoadFromAssemblyPath($path)
        }
    }
}
finally {
    [Monitor]::Exit($domain)
}

$commands = $context.LoadFromAssemblyPath([Path]::Combine($private, 'PgHa.Commands.dll'))
$nested = Import-Module -Assembly $commands -PassThru

# PowerShell keeps a module that came from an assembly, and hands it out without its cmdlets the next time
# (PowerShell issue 20710). Removed together with this module, it is imported whole by Import-Module -Force.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $nested }
