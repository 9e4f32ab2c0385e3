using System.Net;
using System.Net.Sockets;

namespace PortSentry.EndToEnd.Lab;

/// <summary>
/// The victim's real services, both families: TCP 22, 80, 443 and 8080 (each answers one HTTP request and closes), UDP 53 (echo).
/// They run in this process; their sockets are made inside the victim's namespace.
/// </summary>
internal sealed class Services : IDisposable
{
    public const int Web = 8080;
    private static readonly int[] TcpPorts = [22, 80, 443, Web];
    private const int UdpPort = 53;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];

    public static IReadOnlyList<int> OpenTcp => TcpPorts;

    public static async Task<Services> StartAsync(Host victim)
    {
        var services = new Services();
        await victim.InsideAsync(() =>
        {
            foreach (var port in TcpPorts) services._sockets.Add(Bound(SocketType.Stream, ProtocolType.Tcp, port));
            services._sockets.Add(Bound(SocketType.Dgram, ProtocolType.Udp, UdpPort));
            return true;
        });
        foreach (var socket in services._sockets)
            _ = socket.SocketType == SocketType.Stream ? services.ServeAsync(socket) : services.EchoAsync(socket);
        return services;
    }

    /// <summary>A connection, or null where none came about in time. Call it inside the attacker's namespace.</summary>
    public static Socket? TryConnect(string address, int port, TimeSpan within)
    {
        var target = IPAddress.Parse(address);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var timeout = new CancellationTokenSource(within);
        try
        {
            socket.ConnectAsync(new IPEndPoint(target, port), timeout.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var socket in _sockets) socket.Dispose();
        _stop.Dispose();
    }

    private static Socket Bound(SocketType type, ProtocolType protocol, int port)
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, type, protocol) { DualMode = true };
        if (type == SocketType.Stream) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        if (type == SocketType.Stream) socket.Listen(512);
        return socket;
    }

    private async Task ServeAsync(Socket listener)
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptAsync(_stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException) { }
    }

    private async Task AnswerAsync(Socket connection)
    {
        var request = new byte[4096];
        using (connection)
        {
            try
            {
                if (await connection.ReceiveAsync(request, _stop.Token) > 0)
                    await connection.SendAsync("HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"u8.ToArray(), _stop.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException) { }
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        var datagram = new byte[2048];
        var from = new IPEndPoint(IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(datagram, from, _stop.Token);
                await socket.SendToAsync(datagram.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException) { }
    }
}
