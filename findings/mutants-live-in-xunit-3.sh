#!/usr/bin/env bash
# Stryker.NET 5.1.0: with tests of xunit 3 every mutant survives, and the run ends well.
#
# Stryker compiles all changes into the assembly and switches one on at a time, in the process that runs the tests. One expects a
# test that asserts 3 to notice "a - b" instead of "a + b". It does with xunit 2. Tests of xunit 3 are a program of their own, which
# the runner starts: what Stryker switches on is not on there, all tests pass, and the score is 0 % without a warning that says why.
# So PgHa's tests of the domain are compiled with xunit 2 for mutation testing.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
dotnet new tool-manifest >/dev/null
dotnet tool install dotnet-stryker --version 5.1.0 >/dev/null

mkdir adder
cat > adder/adder.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>
XML
echo 'public static class Adder { public static int Add(int a, int b) => a + b; }' > adder/Adder.cs

# killed NAME PACKAGE VERSION: how many of the mutants the same test kills with this package.
killed() {
    mkdir "$1"
    cat > "$1/$1.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
    <PackageReference Include="xunit.runner.visualstudio" Version="4.0.1" />
    <PackageReference Include="$2" Version="$3" />
    <ProjectReference Include="../adder/adder.csproj" />
  </ItemGroup>
</Project>
XML
    echo 'public class AdderTests { [Xunit.Fact] public void It_adds() => Xunit.Assert.Equal(3, Adder.Add(1, 2)); }' > "$1/AdderTests.cs"
    (cd "$1" && dotnet tool run dotnet-stryker --reporter json --output out --skip-version-check --concurrency 1) > "$1.log" 2>&1 ||
        { tail -20 "$1.log"; exit 1; }
    grep -o '"status": *"[A-Za-z]*"' "$1/out/reports/mutation-report.json" | sort | uniq -c | tr -s ' \n' ' '
}

echo "xunit 2: $(killed two xunit 2.9.3)" | tee said
echo "xunit 3: $(killed three xunit.v3.mtp-off 4.0.2)" | tee -a said
grep -q 'xunit 2: .*Killed' said
grep 'xunit 3' said | grep -q Survived
! grep 'xunit 3' said | grep -q Killed
