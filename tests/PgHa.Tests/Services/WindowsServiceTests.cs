namespace PgHa.Tests.Services;

/// <summary>Made after what Windows documents and installers write. None of it was run on Windows.</summary>
public sealed class WindowsServiceTests
{
    private const string Registry = """

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Dhcp
            Start    REG_DWORD    0x2
            ImagePath    REG_EXPAND_SZ    %SystemRoot%\system32\svchost.exe -k LocalServiceNetworkRestricted -p

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Dhcp\Parameters
            ServiceDll    REG_EXPAND_SZ    %SystemRoot%\system32\dhcpcore.dll

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\postgresql-x64-17
            Type    REG_DWORD    0x10
            Start    REG_DWORD    0x2
            ImagePath    REG_EXPAND_SZ    "C:\Program Files\pg\bin\pg_ctl.exe" runservice -N "postgresql-x64-17" -D "C:\Program Files\pg\data" -w
            DisplayName    REG_SZ    postgresql-x64-17 - PostgreSQL Server 17

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\own
            Start    REG_DWORD    0x4
            ImagePath    REG_EXPAND_SZ    C:/pg/bin/pg_ctl.exe runservice -N own -D C:/data/own/ -w

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\other
            Start    REG_DWORD    0x3
            ImagePath    REG_EXPAND_SZ    "C:\pg\bin\pg_ctl.exe" status -D C:\data

        Ende der Suche: 4 Übereinstimmung(en) gefunden.

        """;

    [Fact]
    public void The_services_of_servers_are_found_by_their_command() => Assert.Equal(
        [
            new WindowsService("postgresql-x64-17", @"C:\Program Files\pg\data", WindowsServiceStart.Automatic),
            new WindowsService("own", "C:/data/own", WindowsServiceStart.Disabled),
        ],
        WindowsService.Parse(Registry.ReplaceLineEndings("\r\n")));

    [Theory]
    [InlineData("        STATE              : 4  RUNNING \r\n", "Running")]
    [InlineData("        STATUS             : 2  START_PENDING\r\n", "StartPending")]
    [InlineData("        ESTADO             : 3  STOP_PENDING\r\n", "StopPending")]
    [InlineData("        STATE              : 1  STOPPED\r\n", "Stopped")]
    [InlineData("        STATE              : 7  PAUSED\r\n", null)]
    [InlineData("[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n", null)]
    public void A_state_is_read_whatever_the_language(string line, string? state) => Assert.Equal(
        state,
        WindowsService.StateIn($"\r\nSERVICE_NAME: own\r\n        TYPE               : 10  WIN32_OWN_PROCESS\r\n{line}")?.ToString());

    [Fact]
    public void A_server_belongs_to_the_service_that_runs_it_or_would_start_it()
    {
        WindowsService service = new("own", @"C:\data", WindowsServiceStart.Automatic);
        WindowsService disabled = service with { Start = WindowsServiceStart.Disabled };

        Assert.Equal("Windows service own", ServerOwner.Decide(new OwnerFacts { Service = service }).Name);
        Assert.Equal(service, ServerOwner.Decide(new OwnerFacts { Service = service, ProcessId = 7, ServiceRuns = true }).Service);
        Assert.Equal(ServerOwner.Nobody, ServerOwner.Decide(new OwnerFacts { Service = service, ProcessId = 7 }));
        Assert.Equal(ServerOwner.Nobody, ServerOwner.Decide(new OwnerFacts { Service = disabled }));
    }

    [Theory]
    [InlineData(nameof(WindowsServiceStart.Automatic), true)]
    [InlineData(nameof(WindowsServiceStart.Manual), false)]
    [InlineData(nameof(WindowsServiceStart.Disabled), false)]
    public void A_boot_starts_the_services_that_Windows_starts(string start, bool comesBack)
    {
        BootStart boot = BootStart.Decide(
            new OwnerFacts { Service = new("own", @"C:\data", Enum.Parse<WindowsServiceStart>(start)) })!;

        Assert.Equal((comesBack, true), (boot.By is not null, boot.IsCertain));
    }
}
