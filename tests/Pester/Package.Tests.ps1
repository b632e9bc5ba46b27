# The package that `./build.ps1 -Task Package` makes: what is in it, and whether it works where it is installed. It is made here
# from the module under test, so its native code is for this machine only.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $major = @(Get-PgHaTestMajor)[-1]
    $other = Join-Path $PSScriptRoot '../OtherModule/bin/module/OtherModule.dll'
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $manifest = Get-PgHaTestModule
    $version = (Import-PowerShellDataFile $manifest).ModuleVersion
    $feed = "$TestDrive/feed"
    $made = & $PSScriptRoot/../../src/PgHa.Package/New-Package.ps1 -Path (Split-Path $manifest) -Destination $feed
}

Describe 'The package' {
    It 'is a package for the gallery, a zip, a list of components, and checksums of the three' {
        $made.Name | Should -Be "PgHa.$version.nupkg", "PgHa-$version.zip", "PgHa-$version.cdx.json", 'SHA256SUMS'
        Get-Content "$feed/SHA256SUMS" | Should -Be (
            $made[0..2] | ForEach-Object { "$((Get-FileHash -LiteralPath $_).Hash.ToLowerInvariant())  $($_.Name)" })
    }

    It 'has in the zip one folder with the name of its manifest, and paths that Azure Automation takes' {
        $zip = [IO.Compression.ZipFile]::OpenRead("$feed/PgHa-$version.zip")
        try { $names = $zip.Entries.FullName }
        finally { $zip.Dispose() }

        $names | Should -Contain 'PgHa/PgHa.psd1'
        $names | Should -Contain 'PgHa/LICENSE'
        $names | Where-Object { $_ -notlike 'PgHa/*' -or $_.Length -ge 140 } | Should -BeNullOrEmpty
    }

    It 'has the guides and examples that about_PgHa sends a newcomer to' {
        $zip = [IO.Compression.ZipFile]::OpenRead("$feed/PgHa-$version.zip")
        try { $names = $zip.Entries.FullName }
        finally { $zip.Dispose() }

        $guides = (Get-ChildItem $PSScriptRoot/../../docs/guides/*.md).Name
        $guides | Should -Contain 'quick-start.md'
        $names | Where-Object { $_ -like 'PgHa/docs/guides/*' } | Sort-Object |
            Should -Be ($guides | Sort-Object | ForEach-Object { "PgHa/docs/guides/$_" })
        $names | Should -Contain 'PgHa/docs/examples/reference-cluster.psd1'
        Get-Content -Raw $PSScriptRoot/../../docs/en-US/about_PgHa.help.txt | Should -Match 'docs guides'
    }

    It 'tells the gallery what it is' {
        $zip = [IO.Compression.ZipFile]::OpenRead("$feed/PgHa.$version.nupkg")
        try { $specification = [xml][IO.StreamReader]::new($zip.GetEntry('PgHa.nuspec').Open()).ReadToEnd() }
        finally { $zip.Dispose() }

        $specification.package.metadata.version | Should -Be $version
        $specification.package.metadata.tags | Should -Match '\bPostgreSQL\b.*\bPSEdition_Core\b'
        $specification.package.metadata.licenseUrl | Should -Match '/MIT\b'
        $specification.package.metadata.releaseNotes | Should -Not -BeNullOrEmpty
    }

    It 'lists the packages that it ships, and no other' {
        $bill = Get-Content -Raw "$feed/PgHa-$version.cdx.json" | ConvertFrom-Json

        $bill.metadata.component.name, $bill.metadata.component.version | Should -Be 'PgHa', $version
        $bill.components.name | Should -Contain 'Npgsql'
        $bill.components.name | Should -Not -Contain 'PowerShellStandard.Library'
        foreach ($component in $bill.components) {
            $component.purl | Should -Be "pkg:nuget/$($component.name)@$($component.version)"
            Test-Path "$feed/PgHa/bin/private/$($component.name).dll" | Should -BeTrue -Because $component.name
        }
    }
}

Describe 'Installed by Install-PSResource' -Skip:(-not $major -or -not (Test-Path $other)) -ForEach $major {
    BeforeAll {
        Import-Module $PSScriptRoot/LocalServer.psm1
        Import-Module $manifest
        $area = New-PgHaTestArea
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Start
        $system = "$((Get-PgSystemIdentity $server).SystemIdentifier)"

        # A home of its own, so that neither the user's repositories nor modules change.
        $userHome = (New-Item -ItemType Directory "$TestDrive/home").FullName
        $start = [Diagnostics.ProcessStartInfo]::new((Get-PgHaTestPowerShell))
        $start.Environment['HOME'] = $userHome
        foreach ($name in 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'PSModulePath') { $null = $start.Environment.Remove($name) }
        $arguments = @(
            '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/PackagedModule.ps1", '-Feed', $feed
            '-Other', (Resolve-Path "$PSScriptRoot/../OtherModule/bin/module/OtherModule.dll").Path
            '-Server', "host=$($server.SocketDirectory) port=$($server.Port) user=postgres", '-ResultPath', "$TestDrive/result.json"
        )
        foreach ($argument in $arguments) { $start.ArgumentList.Add($argument) }
        $process = [Diagnostics.Process]::Start($start)
        if (-not $process.WaitForExit(180000)) {
            $process.Kill($true)
            throw 'The installed module did not answer within three minutes.'
        }
        $process.ExitCode | Should -Be 0
        $result = Get-Content -Raw "$TestDrive/result.json" | ConvertFrom-Json
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is found by its name, with its help' {
        $result.Manifest | Should -BeLike "$userHome/*/PgHa/$version/*"
        $result.Version | Should -Be $version
        $result.Help | Should -Not -Match '-Instance'
        $result.About | Should -BeGreaterThan 5
    }

    It 'works <How>, beside a module with another Npgsql' -ForEach @(
        @{ How = 'imported' }
        @{ How = 'imported again' }
        @{ How = 'runspace 1' }
        @{ How = 'runspace 2' }
        @{ How = 'parallel 1' }
        @{ How = 'parallel 2' }
        @{ How = 'thread job' }
        @{ How = 'job' }
    ) {
        $answer = $result.Answers | Where-Object How -EQ $How

        $answer.System | Should -Be $system
        $answer.Other | Should -Match '^9\.'
    }

    It 'has loaded one driver, besides the other module''s' {
        $result.Drivers | Should -HaveCount 2
        $result.Drivers | Where-Object { $_ -like "$userHome/*" } | Should -HaveCount 1
    }

    It 'ran a job in a process of its own' {
        ($result.Answers | Where-Object How -EQ 'job').ProcessId | Should -Not -Be $result.Answers[0].ProcessId
    }
}
