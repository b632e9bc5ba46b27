# What the base classes promise every cmdlet, tried with the cmdlets of BaseCommands.cs.

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $manifest = Get-PgHaTestModule
    Import-Module $manifest

    $bin = Join-Path (Split-Path $manifest) bin
    $assembly = "$TestDrive/BaseCommands.dll"
    $references = @(
        "$bin/PgHa.dll", "$bin/private/PgHa.Engine.dll", "$bin/PgHa.Commands.dll", [psobject].Assembly.Location
        'System.Runtime', 'System.Collections', 'System.Threading', 'netstandard'
    )
    $quiet = @{ IgnoreWarnings = $true; WarningAction = 'SilentlyContinue' }
    Add-Type -Path $PSScriptRoot/BaseCommands.cs -OutputAssembly $assembly @quiet -ReferencedAssemblies $references
    $context = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'PgHa'
    $commands = $context.LoadFromAssemblyPath($assembly)
    Import-Module -Assembly $commands

    # A command in a runspace of its own, so that it can be stopped.
    function Start-InRunspace([string] $Script) {
        $shell = [powershell]::Create()
        $null = $shell.AddScript({
            param($manifest, $commands)
            Import-Module $manifest
            Import-Module -Assembly $commands
        }).AddParameters(@($manifest, $commands)).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Script)
        [pscustomobject]@{ Shell = $shell; Running = $shell.BeginInvoke() }
    }

    # It comes within a second on a machine of its own; the test machine may be busy.
    $busySeconds = 10

    function Wait-Until([scriptblock] $Condition) {
        $deadline = [datetime]::UtcNow.AddSeconds(30)
        while (-not (& $Condition)) {
            if ([datetime]::UtcNow -gt $deadline) { throw "Not within 30 s: $Condition" }
            Start-Sleep -Milliseconds 10
        }
    }
}

Describe 'The end of a pipeline' {
    It 'cancels the work, and waits until it has cleaned up, when Select-Object has enough' {
        Get-PgNumber | Select-Object -First 3 | Should -Be 1, 2, 3
        [GetPgNumberCommand]::HowItEnded | Should -Be 'cleaned up'
    }

    It 'does so when a later command throws' {
        { Get-PgNumber | ForEach-Object { if ($_ -eq 2) { throw 'enough' } } } | Should -Throw 'enough'
        [GetPgNumberCommand]::HowItEnded | Should -Be 'cleaned up'
    }

    It 'comes within a second of Ctrl+C, and not before the work has cleaned up' {
        $command = Start-InRunspace 'Get-PgNumber'
        Wait-Until { [GetPgNumberCommand]::HowItEnded -eq 'not at all' }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $command.Shell.Stop()

        $watch.Elapsed.TotalSeconds | Should -BeLessThan $busySeconds
        [GetPgNumberCommand]::HowItEnded | Should -Be 'cleaned up'
        $command.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $command.Shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'comes within a second of Ctrl+C while a server does not answer' {
        # It accepts connections and says nothing, as a server behind a broken network does.
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $command = Start-InRunspace "Get-PgSystemIdentity 127.0.0.1:$($listener.LocalEndpoint.Port)"
        Wait-Until { $listener.Pending() }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $command.Shell.Stop()
        $listener.Stop()

        $watch.Elapsed.TotalSeconds | Should -BeLessThan $busySeconds
        $command.Shell.Streams.Error | Should -BeNullOrEmpty
    }
}

Describe 'The streams' {
    It 'take steps, details, warnings and milestones' {
        # Not -Debug: by PowerShell's rule that makes every other stream ask whether to continue.
        $DebugPreference = 'Continue'
        $records = Watch-PgStream -Verbose *>&1

        $records | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -Be 'a step'
        $records | Where-Object { $_ -is [System.Management.Automation.DebugRecord] } | Should -Be 'a detail'
        $records | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | Should -Be 'a warning'
        $records | Where-Object { $_ -is [System.Management.Automation.InformationRecord] } | Should -Be 'a milestone'
    }

    It 'obey preference variables' {
        $VerbosePreference = $DebugPreference = 'Continue'
        (Watch-PgStream 4>&1 5>&1 3>$null).Message | Should -Be 'a step', 'a detail'
    }

    It 'show progress a few times a second, by stable ids, and complete every bar' {
        $command = Start-InRunspace 'Watch-PgStream 3>$null'
        $null = $command.Shell.EndInvoke($command.Running)
        $bars = $command.Shell.Streams.Progress | Group-Object Activity

        foreach ($bar in $bars) {
            @($bar.Group.ActivityId | Sort-Object -Unique).Count | Should -Be 1
            $bar.Count | Should -BeLessThan 50
            $bar.Group[-1].RecordType | Should -Be 'Completed'
        }
        $bars.Name | Sort-Object | Should -Be 'Copying', 'Waiting'
        @($bars.Group.ActivityId | Sort-Object -Unique).Count | Should -Be 2
    }
}

Describe 'ShouldProcess, asked from the work' {
    It 'lets a change through' {
        'a', 'b' | Set-PgThing -Confirm:$false | Should -Be 'a', 'b'
    }

    It 'stops it for -WhatIf' {
        $command = Start-InRunspace '"a" | Set-PgThing -WhatIf -WithPlan; "b" | Set-PgThing -WhatIf'
        $command.Shell.EndInvoke($command.Running) | Should -BeNullOrEmpty
        $command.Shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'prints the plan for -WhatIf' {
        Start-Transcript $TestDrive/whatif.txt | Out-Null
        'a' | Set-PgThing -WhatIf -WithPlan
        Stop-Transcript | Out-Null

        Get-Content $TestDrive/whatif.txt -Raw | Should -Match '(?s)What if: Set the thing: a\s+- old\s+\+ new'
    }
}

Describe 'Side by side' {
    It 'handles all inputs at once, and keeps their order and their errors' {
        $seen = 'a:12', 'a:9', 'a:3', 'a:1' | Get-PgSlowly -ErrorAction SilentlyContinue -ErrorVariable failed

        $seen.Port | Should -Be 12, 3, 1
        $failed.FullyQualifiedErrorId | Should -Be 'Nine,GetPgSlowlyCommand'
        $failed.TargetObject.Port | Should -Be 9
        [GetPgSlowlyCommand]::AtOnce | Should -Be 4
    }

    It 'handles no more of them at once than -ThrottleLimit' {
        [GetPgSlowlyCommand]::AtOnce = 0
        $seen = 'a:2', 'a:1', 'a:3', 'a:1' | Get-PgSlowly -ThrottleLimit 2

        $seen.Port | Should -Be 2, 1, 3, 1
        [GetPgSlowlyCommand]::AtOnce | Should -Be 2
    }
}

Describe 'A failure' {
    It 'of the kind <Kind> is this input''s error, of category <Category>' -ForEach @(
        @{ Kind = 'InvalidArgument'; Id = 'Failed'; Category = 'InvalidArgument' }
        @{ Kind = 'NotFound'; Id = 'Failed'; Category = 'ObjectNotFound' }
        @{ Kind = 'AlreadyExists'; Id = 'Failed'; Category = 'ResourceExists' }
        @{ Kind = 'PermissionDenied'; Id = 'Failed'; Category = 'PermissionDenied' }
        @{ Kind = 'ConnectionFailed'; Id = 'Failed'; Category = 'ConnectionError' }
        @{ Kind = 'InvalidState'; Id = 'Failed'; Category = 'InvalidOperation' }
        @{ Kind = 'NotSupported'; Id = 'Failed'; Category = 'NotImplemented' }
        @{ Kind = 'Refused'; Id = 'Failed'; Category = 'OperationStopped' }
        @{ Kind = 'OperationFailed'; Id = 'Failed'; Category = 'InvalidResult' }
        @{ Kind = 'Malformed'; Id = 'MalformedText'; Category = 'ParserError' }
        @{ Kind = 'Canceled'; Id = 'OperationCanceled'; Category = 'OperationStopped' }
        @{ Kind = 'Timeout'; Id = 'OperationTimeout'; Category = 'OperationTimeout' }
        @{ Kind = 'Bug'; Id = 'InvalidOperationException'; Category = 'NotSpecified' }
    ) {
        $rest = Get-PgFailure $Kind a:1, a:2 -ErrorAction SilentlyContinue -ErrorVariable failed

        $rest.Port | Should -Be 2
        $failed.FullyQualifiedErrorId | Should -Be "$Id,GetPgFailureCommand"
        $failed.CategoryInfo.Category | Should -Be $Category
        $failed.TargetObject.Port | Should -Be 1
    }

    It 'brings advice' {
        $null = Get-PgFailure NotFound a:1 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.ErrorDetails.RecommendedAction | Should -Be 'Try again.'
    }

    It 'ends the command when the work says so' {
        { 'a:1', 'a:2' | Get-PgFailure Terminating } | Should -Throw -ErrorId 'Hopeless,GetPgFailureCommand'
    }

    It 'ends the command for -ErrorAction Stop' {
        { 'a:1', 'a:2' | Get-PgFailure NotFound -ErrorAction Stop } | Should -Throw -ErrorId 'Failed,GetPgFailureCommand'
    }
}

Describe 'A path' {
    It 'is resolved as PowerShell''s location, home and drives say' {
        Push-Location $TestDrive
        $null = New-PSDrive Somewhere FileSystem $TestDrive
        try {
            Get-PgPath 'sub/file' | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'sub/file')
            Get-PgPath '~' | Should -Be $HOME
            Get-PgPath 'Somewhere:/file' | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'file')
        }
        finally {
            Pop-Location
        }
    }

    It 'of another provider is an error of its input' {
        'Env:PATH', '/tmp' | Get-PgPath -ErrorAction SilentlyContinue -ErrorVariable failed | Should -Be '/tmp'
        $failed.FullyQualifiedErrorId | Should -Be 'NotAFilePath,GetPgPathCommand'
    }
}
