# New-PgMachine and Test-PgMachine. The ssh transport itself is tested with the engine.

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'A machine' {
    It 'is described without a connection' {
        $machine = New-PgMachine db1 -UserName admin -Port 2222 -Sudo -Options @{ ProxyJump = 'bastion'; Compression = $true }
        "$machine" | Should -BeExactly 'ssh://admin@db1:2222?sudo=true&Compression=yes&ProxyJump=bastion'
        $machine.Name | Should -Be 'db1'
        "$('a@db1:22', 'db2' | New-PgMachine -SSHTransport)" | Should -BeExactly 'ssh://a@db1:22 ssh://db2'
        "$(New-PgMachine localhost -Name here)" | Should -BeExactly 'ssh://localhost?name=here'
    }

    It 'has the path of its key from the current location' {
        Push-Location $TestDrive
        try { (New-PgMachine db1 -KeyFilePath key).KeyFilePath | Should -Be (Join-Path (Get-Location).ProviderPath key) }
        finally { Pop-Location }
    }

    It 'survives CliXml and binds again, also from JSON' {
        $machine = New-PgMachine nobody@127.0.0.1 -Port 1 -Name 'the first' -Options @{ ConnectTimeout = 3 }
        $machine | Export-Clixml $TestDrive/machine.xml
        $received = Import-Clixml $TestDrive/machine.xml
        $received | Should -BeOfType PgHa.PgMachine
        $received | Should -Be $machine

        ($machine | ConvertTo-Json | ConvertFrom-Json | Test-PgMachine -Detailed).Machine | Should -Be $machine
    }

    It 'that is this one passes, and shows PostgreSQL' {
        $report = Test-PgMachine . -Detailed
        $report.IsReachable | Should -BeTrue
        $report.Programs | Should -Not -BeNullOrEmpty
        $report.ListeningPorts | Should -Be ($report.ListeningPorts | Sort-Object)
        Test-PgMachine . | Should -Be ($report.Findings.Count -eq 0)
    }

    It 'out of reach is a verdict with a reason, and holds no other one up' {
        $reports = 'nobody@127.0.0.1:1', '.' | Test-PgMachine -Detailed
        $reports.IsReachable | Should -Be $false, $true
        $reports[0].Findings | Should -BeLike "'127.0.0.1' cannot be reached by ssh: *Connection refused*"
        Test-PgMachine nobody@127.0.0.1:1 | Should -BeFalse
    }

    It 'is never an option of ssh' {
        { Test-PgMachine '-oProxyCommand=true' } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,PgHa.Commands.TestPgMachineCommand'
        New-PgMachine 'a b' -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike '*,PgHa.Commands.NewPgMachineCommand'
    }
}
