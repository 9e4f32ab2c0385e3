using System.Net;
using System.Net.Sockets;

namespace PortSentry.Responders.Tests.Namespaces;

/// <summary>Real TCP between namespaces.</summary>
public static class Wire
{
    // Between namespaces of one machine an answer takes microseconds; what has not come by then was dropped.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(400);

    // Busy machines are slow, and a wait that ends early costs nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Socket Listen(string address, int port)
    {
        var at = IPAddress.Parse(address);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(at, port));
        socket.Listen();
        return socket;
    }

    public static async Task<Socket> Connect(NetNamespace from, string address, int port)
    {
        var socket = await TryConnect(from, address, port, Patience);
        Assert.True(socket is not null, $"no connection to {address} port {port}");
        return socket;
    }

    public static async Task AssertCutOff(NetNamespace from, string address, int port)
    {
        using var socket = await TryConnect(from, address, port, Silence);
        Assert.Null(socket);
    }

    private static async Task<Socket?> TryConnect(NetNamespace from, string address, int port, TimeSpan wait)
    {
        Socket? socket = null;
        await from.RunAsync(async () =>
        {
            var to = IPAddress.Parse(address);
            socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var patience = new CancellationTokenSource(wait);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(to, port), patience.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                socket.Dispose();
                socket = null;
            }
        });
        return socket;
    }
}
