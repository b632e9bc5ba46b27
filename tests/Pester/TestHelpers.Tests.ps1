BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
}

Describe 'A test area' {
    It 'belongs to the user who runs the servers' {
        $area = New-PgHaTestArea

        $area.User | Should -Be (Get-PgHaTestUser)
        $area | Remove-PgHaTestArea
        $area.FullName | Should -Not -Exist
    }
}

Describe 'Test ports' {
    It 'are adjacent and handed out once' {
        $three = Get-PgHaTestPort -Count 3
        $next = Get-PgHaTestPort

        $three | Should -Be @($three[0], ($three[0] + 1), ($three[0] + 2))
        $next | Should -Be ($three[0] + 3)
    }
}

Describe 'Another PowerShell' {
    It 'is the one that runs the tests, in a process of that program' {
        $pwsh = Get-PgHaTestPowerShell
        & $pwsh -NoProfile -Command '"$($PSVersionTable.PSVersion)"; $PSHOME' | Should -Be "$($PSVersionTable.PSVersion)", $PSHOME
    }

    It 'is dead when it is killed, and its output is kept' {
        $out = "$TestDrive/out"
        $child = Start-PgHaTestPowerShell -OutputPath $out -Command '[Console]::Out.WriteLine($PID); Start-Sleep 600'
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while (-not ((Test-Path $out) -and (Get-Content $out))) {
            if ([DateTime]::UtcNow -gt $deadline) { throw 'The child did not start.' }
            Start-Sleep -Milliseconds 20
        }
        Get-Content $out | Should -Be $child.Id

        $child.Kill()
        $child.WaitForExit(10000) | Should -BeTrue
        Get-Process -Id (Get-Content $out) -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'is never sought on PATH or by the program of this process' {
        $files = Get-ChildItem $PSScriptRoot/* -Include *.ps1, *.psm1 -Exclude PgHaTest.psm1, TestHelpers.Tests.ps1
        $files | Select-String '(?<![\w/\x60$-])pwsh -\w|Start-Process pwsh|Get-Process -Id \$PID\)\.Path' | Should -BeNullOrEmpty
    }
}

Describe 'PostgreSQL <Major>' -ForEach (Get-PgHaTestMajor) {
    It 'has its server, and a pg_basebackup that clones it' {
        & $BinDirectory/postgres --version | Should -Match "\(PostgreSQL\) $Major\D"
        $tools = & $ToolsDirectory/pg_basebackup --version
        [int]($tools -replace '^.*\(PostgreSQL\) (\d+).*$', '$1') | Should -BeGreaterOrEqual $Major
    }
}
