BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
}

Describe 'The module' {
    It 'has a valid manifest' {
        $manifest = Test-ModuleManifest (Get-PgHaTestModule)

        $manifest.Name | Should -Be 'PgHa'
        $manifest.PowerShellVersion | Should -Be '7.4'
    }

    It 'is imported from the repository after a build' {
        $module = Import-Module (Get-PgHaTestModule) -PassThru -Force

        $module.ExportedCmdlets.Count | Should -BeGreaterThan 0
    }

    It 'shows its domain types to scripts' {
        Import-Module (Get-PgHaTestModule)

        "$([PgHa.Lsn]'0/3000148')" | Should -Be '0/3000148'
    }
}
