using System.Net;
using System.Net.Sockets;
using PgHa.Engine.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Replication;

/// <summary>Many servers at once, some of which accept a connection and then say nothing.</summary>
public sealed class SilentServersTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Every_server_is_asked_before_the_first_one_has_timed_out()
    {
        TcpListener[] servers = [.. Enumerable.Range(0, 100).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            foreach (TcpListener server in servers)
                server.Start();
            var context = new EngineContext(new RecordingLog()) { ConnectTimeout = Patience, Timeout = Patience };
            Task reading = ReplicationStatusReader.ReadAsync(
                context, [.. servers.Select(server => new PgInstance { Port = ((IPEndPoint)server.LocalEndpoint).Port })], stop.Token);

            TcpClient[] clients = await Task.WhenAll(servers.Select(server => server.AcceptTcpClientAsync(stop.Token).AsTask()))
                .WaitAsync(Moment, stop.Token);

            Assert.False(reading.IsCompleted);
            foreach (TcpClient client in clients)
                client.Dispose();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }
        finally
        {
            foreach (TcpListener server in servers)
                server.Dispose();
        }
    }
}
