# Importing the module: what a script sees of it, again, in several runspaces, and after its removal.

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $manifest = Get-PgHaTestModule
    $base = Split-Path $manifest
    Import-Module $manifest

    function Get-PgHaContext {
        [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'PgHa'
    }
}

Describe 'The manifest' {
    It 'is valid' {
        Test-ModuleManifest $manifest -ErrorAction Stop | Select-Object -ExpandProperty Name | Should -Be 'PgHa'
    }

    It 'exports the cmdlets of the code, all of them' {
        $inCode = [PgHa.Commands.PgCommand].Assembly.ExportedTypes |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" }

        (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object | Should -Be ($inCode | Sort-Object)
        (Get-Command -Module PgHa).Name | Sort-Object | Should -Be ($inCode | Sort-Object)
    }

    It 'has every view of the sources in the one format file it lists' {
        $listed = (Import-PowerShellDataFile $manifest).FormatsToProcess
        $sources = Get-ChildItem "$PSScriptRoot/../../src/PgHa.Commands/Formats/*.Format.ps1xml" |
            ForEach-Object { [xml](Get-Content -Raw $_) }
        $joined = [xml](Get-Content -Raw "$base/$listed")

        $joined.Configuration.ViewDefinitions.View.OuterXml | Sort-Object |
            Should -Be ($sources.Configuration.ViewDefinitions.View.OuterXml | Sort-Object)
        $joined.Configuration.SelectionSets.SelectionSet.Name | Should -Be $sources.Configuration.SelectionSets.SelectionSet.Name
    }
}

Describe 'What a script sees' {
    It 'has the domain''s types, converted from text' {
        [PgHa.Lsn]'0/3000148' | Should -Be ([PgHa.Lsn]::new(50331976))
        ([PgHa.PgInstance]'db1:5433').Port | Should -Be 5433
    }

    It 'has no type of the engine or the driver' {
        'PgHa.Engine.EngineContext' -as [type] | Should -BeNullOrEmpty
        'Npgsql.NpgsqlConnection' -as [type] | Should -BeNullOrEmpty
    }

    It 'loads nothing of the module but the domain, the cmdlets and the loader where others look' {
        [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Location |
            Where-Object { $_ -like "$base*" } | Split-Path -Leaf | Sort-Object |
            Should -Be 'PgHa.Commands.dll', 'PgHa.dll', 'PgHa.Loader.dll'
    }

    It 'ships no stub of PowerShell' {
        Get-ChildItem $base/bin -Recurse -Filter System.Management.Automation.dll | Should -BeNullOrEmpty
    }
}

Describe 'Imported again' {
    It 'has its cmdlets after Import-Module -Force' {
        Import-Module $manifest -Force
        Import-Module $manifest -Force

        (Get-Command -Module PgHa).Count | Should -Be (Import-PowerShellDataFile $manifest).CmdletsToExport.Count
        @(Get-PgHaContext).Count | Should -Be 1
    }

    It 'leaves nothing in the session after Remove-Module, and comes back' {
        Remove-Module PgHa
        Get-Command -Name *-Pg* -CommandType Cmdlet | Should -BeNullOrEmpty
        Get-Module -All | Where-Object Name -like '*PgHa.Commands*' | Should -BeNullOrEmpty

        Import-Module $manifest
        (Get-Command Get-PgSystemIdentity).ModuleName | Should -Be 'PgHa'
    }

    It 'is one in all runspaces of a process, imported at once in a fresh one' {
        $seen = & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command {
            param($manifest)
            $modules = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
                Import-Module $using:manifest
                (Get-Command Get-PgSystemIdentity).ImplementingType.Assembly.GetHashCode()
            }
            @{
                Imports  = $modules.Count
                Modules  = @($modules | Sort-Object -Unique).Count
                Contexts = @([System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'PgHa').Count
            }
        } -args $manifest

        $seen.Imports | Should -Be 8
        $seen.Modules | Should -Be 1
        $seen.Contexts | Should -Be 1
    }

    It 'says so where another copy is loaded already' {
        $copy = New-Item -ItemType Directory "$TestDrive/copy"
        Copy-Item $manifest $copy
        Copy-Item $base/bin $copy -Recurse

        { Import-Module $copy/PgHa.psd1 -ErrorAction Stop } | Should -Throw '*has loaded PgHa from*'
        (Get-Module PgHa).Path | Should -Not -BeLike "$copy*"
    }
}
