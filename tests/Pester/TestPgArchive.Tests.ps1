# Test-PgArchive: an archive as servers fill it, and what can befall one.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Test-PgArchive on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $archive = "$area/archive"
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory |
            Enable-PgArchiving $archive -PassThru | Start-PgInstance -PassThru
        $null = Invoke-LocalSql $server 'create table t (a int)' $ToolsDirectory
        foreach ($i in 1..5) {
            $null = Invoke-LocalSql $server "insert into t values ($i)" $ToolsDirectory
            $last = ($server | Invoke-PgWalSwitch).FileName
        }
        $deadline = (Get-Date).AddSeconds(30)
        while (-not (Test-Path "$archive/$last")) {
            if ((Get-Date) -gt $deadline) { throw "$last was not archived" }
            Start-Sleep -Milliseconds 50
        }
        $segments = @(Get-ChildItem $archive | Where-Object Name -Match '^[0-9A-F]{24}$' | Sort-Object Name)

        # A copy of the archive, which a test then spoils.
        function Copy-Archive([string] $Name) {
            cp -a $archive "$area/$Name"
            "$area/$Name"
        }

        # What a test adds is the server user's, as the rest.
        function Set-Owner([string] $Copy) {
            if ([Environment]::IsPrivilegedProcess) { chown -R (Get-PgHaTestUser) $Copy }
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'finds nothing wrong with a good one, by its directory and by its server' {
        Test-PgArchive $archive | Should -BeTrue
        $server | Test-PgArchive | Should -BeTrue
        $server | Test-PgArchive -Detailed | Should -BeNullOrEmpty
    }

    It 'finds a gap' {
        $copy = Copy-Archive gap
        Remove-Item "$copy/$($segments[2].Name)"
        Test-PgArchive $copy | Should -BeFalse
        $found = Test-PgArchive $copy -Detailed
        $found.Cause | Should -Be 'SegmentMissing'
        $found.File | Should -Be $segments[2].Name
        $found | Out-String -Width 100 | Should -Match 'is missing'
    }

    It 'finds a truncated segment and a leftover' {
        $copy = Copy-Archive truncated
        $file = [IO.File]::OpenWrite("$copy/$($segments[1].Name)"); $file.SetLength(8192); $file.Dispose()
        Copy-Item "$copy/$($segments[0].Name)" "$copy/.$($segments[0].Name).4711"
        (Get-Item "$copy/.$($segments[0].Name).4711" -Force).LastWriteTime = (Get-Date).AddHours(-1)
        Set-Owner $copy
        (Test-PgArchive $copy -Detailed).Cause | Should -Be 'SegmentSizeWrong', 'Leftover'
    }

    It 'finds WAL of another system' {
        $other = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name other
        $copy = Copy-Archive foreign
        $pgWal = $Major -ge 10 ? 'pg_wal' : 'pg_xlog'
        $next = '{0:X24}' -f ([bigint]::Parse($segments[-1].Name, 'HexNumber') + 1)
        Copy-Item "$area/other/$pgWal/000000010000000000000001" "$copy/$next"
        Set-Owner $copy
        (Test-PgArchive $copy -Detailed).Cause | Should -Be 'ForeignSystem'
        ($other | Test-PgArchive -ArchiveDirectory $archive -Detailed | Where-Object Cause -EQ ForeignSystem).Count |
            Should -Be $segments.Count
    }

    It 'finds what differs from the server''s own, and what the server takes to be there' {
        $copy = Copy-Archive different
        $bytes = [IO.File]::ReadAllBytes($segments[-2].FullName)
        $bytes[100] = 255 - $bytes[100]
        [IO.File]::WriteAllBytes("$copy/$($segments[-2].Name)", $bytes)
        Remove-Item "$copy/$last"
        $found = $server | Test-PgArchive -ArchiveDirectory $copy -Detailed
        ($found | Where-Object Cause -EQ SegmentsDiffer).File | Should -Be $segments[-2].Name
        ($found | Where-Object Cause -EQ NotInArchive).File | Should -Be $last
    }

    It 'finds a timeline without its history' {
        $copy = Copy-Archive timeline
        Copy-Item $segments[-1].FullName "$copy/00000002$($segments[-1].Name.Substring(8))"
        Set-Owner $copy
        (Test-PgArchive $copy -Detailed).Cause | Should -Be 'HistoryMissing'
    }

    It 'says what it cannot do' {
        { Test-PgArchive $area/nowhere -ErrorAction Stop } |
            Should -Throw -ErrorId 'ArchiveDirectoryNotFound,PgHa.Commands.TestPgArchiveCommand'
        $silent = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name silent
        { $silent | Test-PgArchive -ErrorAction Stop } | Should -Throw -ErrorId 'ArchiveNotKnown,PgHa.Commands.TestPgArchiveCommand'
    }
}
