# Get-, Add- and Remove-PgHbaRule.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'HBA rules on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Start
        $login = New-LocalLogin visitor 'pass'
        $null = Invoke-LocalSql $server "create role visitor login password 'pass'" $ToolsDirectory
        $null = Invoke-LocalSql $server 'create database shop' $ToolsDirectory
        $file = "$($server.DataDirectory)/pg_hba.conf"

        function Test-Visit([string] $Database) {
            & $ToolsDirectory/psql -X -w -h 127.0.0.1 -p $server.Port -U visitor -d $Database -c 'select 1' *> $null
            $LASTEXITCODE -eq 0
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'let in from the moment they are added until they are removed' {
        Test-Visit shop | Should -BeFalse
        $added = $server | Add-PgHbaRule -Database shop -User visitor -Address 127.0.0.1/32 -Method Trust
        Test-Visit shop | Should -BeTrue
        Test-Visit postgres | Should -BeFalse
        $added.Server | Should -Be $server
        $added.Database, $added.User, $added.Address, $added.Method | Should -Be 'shop', 'visitor', '127.0.0.1/32', 'Trust'

        $server | Get-PgHbaRule | Where-Object User -EQ visitor | Remove-PgHbaRule
        Test-Visit shop | Should -BeFalse
    }

    It 'are taken as lines, and once only' {
        $line = 'host  shop  visitor  127.0.0.1/32  trust'
        $null = Add-PgHbaRule $line $server
        $text = Get-Content $file -Raw
        $null = Add-PgHbaRule $line $server
        Get-Content $file -Raw | Should -Be $text
        Remove-PgHbaRule $line $server
        @($server | Get-PgHbaRule | Where-Object User -EQ visitor).Count | Should -Be 0
    }

    It 'come in the file''s order, and the same by SQL' {
        $onHost = $server | Get-PgHbaRule
        $bySql = [PgHa.PgInstance]@{ Host = $server.SocketDirectory; Port = $server.Port } | Get-PgHbaRule
        "$($bySql.Rule)" | Should -Be "$($onHost.Rule)"
        $onHost.LineNumber | Should -Be ($onHost.LineNumber | Sort-Object)
    }

    It 'are shown as a difference by -WhatIf and not written' {
        $text = Get-Content $file -Raw
        $server | Add-PgHbaRule -Database shop -User visitor -Address 127.0.0.1/32 -WhatIf
        $server | Get-PgHbaRule | Remove-PgHbaRule -WhatIf
        Get-Content $file -Raw | Should -Be $text
    }

    It 'that the server cannot read are taken back' {
        if ($Major -ge 18) { Set-ItResult -Skipped -Because 'PostgreSQL 18 knows oauth'; return }
        $text = Get-Content $file -Raw
        $server | Add-PgHbaRule 'host all all 10.0.0.0/8 oauth issuer=https://a scope=b' -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'HbaRuleRejected,PgHa.Commands.AddPgHbaRuleCommand'
        Get-Content $file -Raw | Should -Be $text
    }

    It 'that are malformed are refused where they are bound, with the place' {
        { $server | Add-PgHbaRule 'host all all 10.0.0.0/8' } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,PgHa.Commands.AddPgHbaRuleCommand' -ExpectedMessage '*character*'
        { $server | Add-PgHbaRule 'local all all 10.0.0.0/8 trust' } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        $server | Add-PgHbaRule -Database all -User all -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'AddressNeeded,PgHa.Commands.AddPgHbaRuleCommand'
        $server | Add-PgHbaRule -Database all -User all -Address 10.0.0.0/99 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'MalformedText,PgHa.Commands.AddPgHbaRuleCommand'
    }

    It 'that are not there cannot be removed' {
        Remove-PgHbaRule 'host nowhere nobody 10.1.2.3/32 trust' $server -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'HbaRuleNotFound,PgHa.Commands.RemovePgHbaRuleCommand'
    }

    It 'of a server without host access cannot be changed' {
        Add-PgHbaRule 'host all all 10.0.0.0/8 trust' "127.0.0.1:$($server.Port)" -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'HostAccessRequired,PgHa.Commands.AddPgHbaRuleCommand'
    }
}
