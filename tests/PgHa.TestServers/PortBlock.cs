using System.Net;
using System.Net.Sockets;

namespace PgHa.TestServers;

/// <summary>Loopback ports that no other test process hands out.</summary>
/// <remarks>
/// A block of ports belongs to whoever listens on its first one: the kernel arbitrates between processes
/// and users, and frees the block when its owner dies. All blocks lie below the ports that the system
/// gives to outgoing connections.
/// </remarks>
internal sealed class PortBlock : IDisposable
{
    /// <summary>How many ports a block hands out.</summary>
    public const int Size = 99;

    private const int FirstPort = 20000;
    private const int BlockCount = 120;

    private static int NextBlock = Random.Shared.Next(BlockCount);

    private readonly TcpListener _guard;
    private int _next;

    private PortBlock(TcpListener guard, int first) => (_guard, _next) = (guard, first);

    public static PortBlock Reserve()
    {
        for (int attempt = 0; attempt < BlockCount; attempt++)
        {
            int block = (int)((uint)Interlocked.Increment(ref NextBlock) % BlockCount);
            int first = FirstPort + (block * (Size + 1));
            if (Listen(first) is not { } guard)
                continue;
            if (Enumerable.Range(first + 1, Size).All(IsFree))
                return new PortBlock(guard, first + 1);
            guard.Dispose();
        }

        throw new InvalidOperationException("Every block of test ports is taken.");
    }

    /// <summary>The first of some adjacent ports.</summary>
    public int Take(int count)
    {
        int first = Interlocked.Add(ref _next, count) - count;
        return first + count <= ((IPEndPoint)_guard.LocalEndpoint).Port + 1 + Size
            ? first
            : throw new InvalidOperationException($"A test area has {Size} ports, and this one wants more.");
    }

    public void Dispose() => _guard.Dispose();

    private static bool IsFree(int port)
    {
        using TcpListener? listener = Listen(port);
        return listener is not null;
    }

    private static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start(1);
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
