# Another module with another Npgsql, in either order, each in a process of its own: an assembly once loaded stays.

BeforeDiscovery {
    $other = Join-Path $PSScriptRoot '../OtherModule/bin/module/OtherModule.dll'
    $hasOther = Test-Path $other
}

Describe 'Beside a module with another Npgsql' -Skip:(-not $hasOther) {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        $names = @{ PgHa = Get-PgHaTestModule; Other = Join-Path $PSScriptRoot '../OtherModule/bin/module/OtherModule.dll' }

        # What each of the two uses, when the modules are imported and used in an order.
        function Get-UsedNpgsql([string] $First, [string] $Second) {
            & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command {
                param($first, $second)
                $ErrorActionPreference = 'Stop'
                foreach ($module in $first, $second) {
                    Import-Module $module
                    if ($module -like '*.psd1') {
                        Get-PgSystemIdentity 127.0.0.1:1 -ErrorAction SilentlyContinue -ErrorVariable failed
                        $driver = $failed[0].Exception.InnerException.GetType().Assembly
                        @{
                            PgHa = "$($driver.GetName().Version)"
                            Context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($driver).Name
                        }
                    }
                    else {
                        @{ Other = "$(Get-OtherNpgsql)" }
                    }
                }
            } -args $names[$First], $names[$Second]
        }
    }

    It 'uses its own, and leaves the other its own, imported <First> first' -ForEach @(
        @{ First = 'PgHa'; Second = 'Other' }
        @{ First = 'Other'; Second = 'PgHa' }
    ) {
        $used = Get-UsedNpgsql $First $Second

        $used.PgHa | Should -Match '^10\.'
        $used.Context | Should -Be 'PgHa'
        $used.Other | Should -Match '^9\.'
    }
}
