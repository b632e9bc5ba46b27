using System.Net;
using System.Net.Sockets;

namespace PgHa.Engine.Tests.Machines.Ssh;

/// <summary>A wire to a port of this machine, which can be cut: then both ends see silence, and no end.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _ends = [];
    private readonly int _target;
    private volatile bool _isCut;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where the wire begins.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lets nothing through any more.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Lets new connections through.</summary>
    public void Heal() => _isCut = false;

    /// <summary>Breaks the connections, and both ends see it.</summary>
    public void Break()
    {
        lock (_ends)
            _ends.ForEach(end => end.Close());
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        Break();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient near = await _listener.AcceptTcpClientAsync(_end.Token);
            TcpClient far = new();
            lock (_ends)
                _ends.AddRange([near, far]);
            await far.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            _ = PumpAsync(near, far);
            _ = PumpAsync(far, near);
        }
    }

    // What comes after the cut is lost for good, as the connection is.
    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int count = await from.GetStream().ReadAsync(buffer, _end.Token);
            if (_isCut)
                await Task.Delay(Timeout.InfiniteTimeSpan, _end.Token);
            if (count == 0)
                break;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _end.Token);
        }

        to.Close();
    }
}
