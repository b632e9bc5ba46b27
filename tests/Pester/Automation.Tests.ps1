# The runbooks of docs/examples/azure, each in a process with the limits of where Azure Automation runs it.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/AutomationJob.psm1
    $majors = @(Get-PgHaTestMajor) | Select-Object -Last 1
    $hasSandbox = Test-AutomationSandbox
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/AutomationJob.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
    $examples = Resolve-Path $PSScriptRoot/../../docs/examples/azure
}

# Without strace, or off Linux, a process cannot be kept from starting others.
Describe 'A job in the sandbox of Azure Automation, PostgreSQL <Major>' -ForEach $majors -Skip:(-not $hasSandbox) {
    BeforeAll {
        $area = New-PgHaTestArea
        Set-Content $TestDrive/Needs-Host.ps1 {
            param($Directory)
            $ErrorActionPreference = 'Stop'
            try { & /bin/sh -c ':'; 'A program was started.' } catch { 'No program starts.' }
            foreach ($command in
                { New-PgInstance node -DataDirectory $Directory/new },
                { Start-PgInstance @{ Host = 'localhost'; DataDirectory = "$Directory/primary" } },
                { New-PgBaseBackup -Instance 127.0.0.1:1 -Name clone -DataDirectory $Directory/clone },
                { New-PgCluster @{ Name = 'single'; Version = 15; Root = $Directory; Nodes = @(@{ Name = 'a' }) } },
                { Stop-PgInstance 127.0.0.1:1 }
            ) {
                try { & $command; 'Nothing was refused.' }
                catch { "$(($_.FullyQualifiedErrorId -split ',')[0]): $($_.ErrorDetails.RecommendedAction)" }
            }
        }
        New-AutomationFolder $area/azure $examples/Test-Replication.ps1, $examples/Switch-Primary.ps1, $TestDrive/Needs-Host.ps1

        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $null = Invoke-Psql $primary "create role watcher login password 'open sesame'; grant pg_monitor to watcher"
        foreach ($node in 'primary', 'standby') {
            $rules = Get-Content $area/$node/pg_hba.conf
            Set-Content $area/$node/pg_hba.conf (@('host all watcher 127.0.0.1/32 md5') + $rules)
        }
        $primary, $standby | ForEach-Object { $null = Invoke-Psql $_ 'select pg_reload_conf()' }

        $member = $primary, $standby | ForEach-Object { "host=127.0.0.1 port=$($_.Port)" }
        # What a pair of a test lacks.
        $exclude = @([PgHa.ClusterChecks]::All.Id | Where-Object { $_ -notin 'NoPrimary', 'MemberDown', 'MemberUnknown', 'NotStreaming' })
        $asset = @{ PgHaMonitor = @{ UserName = 'watcher'; Password = 'open sesame' } }

        function Invoke-Check([hashtable] $With = @{}, [hashtable] $Asset = $asset) {
            Invoke-AutomationJob $area/azure Test-Replication.ps1 (@{ Member = $member; ExcludeCheck = $exclude } + $With) $Asset
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'checks a cluster that is well, without a home folder and within 400 MB' {
        $job = Invoke-Check

        $job.Failed | Should -BeFalse -Because $job.Message
        $job.Output | Should -BeLike 'All is well with the cluster of host=127.0.0.1*'
        $job.Home | Should -BeNullOrEmpty
        $job.TimeZone | Should -BeIn 'UTC', 'Etc/UTC'
        $job.PeakMegabytes | Should -BeLessThan 400
    }

    It 'fails where the credential is wrong, and shows no password' {
        $job = Invoke-Check -Asset @{ PgHaMonitor = @{ UserName = 'watcher'; Password = 'wrong guess' } }

        $job.Failed | Should -BeTrue
        "$($job.Output)" | Should -Match 'WrongPassword'
        "$($job.Output)$($job.Message)" | Should -Not -Match 'wrong guess'
    }

    It 'refuses at once what needs the machine of a server, and names the hybrid worker' {
        $job = Invoke-AutomationJob $area/azure Needs-Host.ps1 @{ Directory = "$area" }

        $job.Failed | Should -BeFalse -Because $job.Message
        $first, $refused = $job.Output
        $first | Should -Be 'No program starts.'
        $refused | Should -HaveCount 5
        foreach ($line in $refused) { $line | Should -Match '^HostAccessRequired: .*hybrid runbook worker' }
    }

    It 'does not switch over, and names the hybrid worker' {
        $parameter = @{ Member = $member; Candidate = 'standby'; CredentialName = 'PgHaMonitor' }
        $job = Invoke-AutomationJob $area/azure Switch-Primary.ps1 $parameter $asset

        $job.Failed | Should -BeTrue
        $job.ErrorId | Should -Be 'HostAccessRequired,PgHa.Commands.SwitchPgPrimaryCommand'
        $job.Advice | Should -Match 'hybrid runbook worker'
        Invoke-Psql $primary 'select pg_is_in_recovery()' | Should -Be 'f'
    }

    It 'sends an alert, and fails, when a standby is gone' {
        Stop-TestServer $BinDirectory $area standby
        $address = "http://127.0.0.1:$(Get-PgHaTestPort)/alert/"
        $receiver = Start-ThreadJob {
            param($address)
            $listener = [Net.HttpListener]::new()
            $listener.Prefixes.Add($address)
            $listener.Start()
            $request = $listener.GetContext()
            [IO.StreamReader]::new($request.Request.InputStream).ReadToEnd()
            $request.Response.Close()
            $listener.Stop()
        } -ArgumentList $address
        $job = Invoke-Check @{ WebhookVariable = 'Webhook' } ($asset + @{ Webhook = $address })

        $job.Failed | Should -BeTrue
        "$($job.Output)" | Should -Match "MemberDown 127.0.0.1:$($standby.Port)"
        $null = $receiver | Wait-Job -Timeout 30
        $alert = $receiver | Receive-Job | ConvertFrom-Json
        $alert.findings.Count | Should -BeGreaterThan 0
        $alert.text | Should -Be ($job.Output -join "`n")
    }
}

# The cluster is made by commands of a POSIX shell.
Describe 'A job on a hybrid runbook worker, PostgreSQL <Major>' -ForEach $majors -Skip:($IsWindows) {
    BeforeAll {
        $area = New-PgHaTestArea
        New-AutomationFolder $area/azure $examples/Switch-Primary.ps1
        $port = Get-PgHaTestPort -Count 2
        $nodes = New-PgCluster @{
            Name = 'pair'; Version = $Major; BinDirectory = $BinDirectory; Root = "$area/pair"
            Nodes = @(
                @{ Name = 'a'; Port = $port[0] }
                @{ Name = 'b'; Port = $port[1]; Upstream = 'a'; SlotName = 'b' }
            )
        } -NoSync
        function Invoke-Sql($Node, $Sql) {
            Invoke-LocalSql -Server ($nodes | Where-Object Name -EQ $Node) -Sql $Sql -ToolsDirectory $ToolsDirectory
        }
        function Invoke-Switch($To) {
            Invoke-AutomationJob $area/azure Switch-Primary.ps1 @{ Member = "$area/pair/a", "$area/pair/b"; Candidate = $To } -HybridWorker
        }
        $null = Invoke-Sql a 'create table kept as select 1 as i'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'switches over' {
        $job = Invoke-Switch b

        $job.Failed | Should -BeFalse -Because $job.Message
        $job.Output | Should -Be 'b is the primary.', 'a follows b.'
        Invoke-Sql a 'select pg_is_in_recovery()' | Should -Be 't'
    }

    It 'has nothing left to do when it is started again' {
        $job = Invoke-Switch b

        $job.Failed | Should -BeFalse -Because $job.Message
        $job.Output[0] | Should -Be 'b is the primary.'
    }

    It 'goes on from the top after it was killed when no server was the primary' {
        $null = Invoke-Sql b 'create table late as select 1 as i'
        $parameter = @{ Member = "$area/pair/a", "$area/pair/b"; Candidate = 'a' }
        $job = Start-AutomationJob $area/azure Switch-Primary.ps1 $parameter -HybridWorker
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while ((Test-Path $area/pair/b/postmaster.pid) -and [DateTime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 5 }
        $job.Kill()
        $job.WaitForExit()
        $job.StandardOutput.ReadToEnd() | Should -BeNullOrEmpty -Because 'it was interrupted'

        $again = Invoke-Switch a
        $again.Failed | Should -BeFalse -Because $again.Message
        $again.Output[0] | Should -Be 'a is the primary.'
        Invoke-Sql a 'select (select count(*) from kept) + (select count(*) from late)' | Should -Be '2'
    }
}
