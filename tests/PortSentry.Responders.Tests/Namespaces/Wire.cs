using System.Net;
using System.Net.Sockets;

namespace PortSentry.Responders.Tests.Namespaces;

/// <summary>Real TCP between namespaces.</summary>
public static class Wire
{
    // Between namespaces of one machine an answer takes microseconds; what has not come by then was dropped.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    public static Socket Listen(string address, int port)
    {
        var at = IPAddress.Parse(address);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(at, port));
        socket.Listen();
        return socket;
    }

    /// <returns>Null when nobody answered or the way is barred.</returns>
    public static async Task<Socket?> Connect(NetNamespace from, string address, int port)
    {
        Socket? socket = null;
        await from.RunAsync(async () =>
        {
            var to = IPAddress.Parse(address);
            socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var patience = new CancellationTokenSource(Patience);
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
