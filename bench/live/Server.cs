using System.Net;
using System.Net.Sockets;

namespace PortSentry.Bench.Live;

/// <summary><c>serve PORT...</c>: TCP services that greet nobody, until a line on standard input.</summary>
internal static class Server
{
    public static int Run(IEnumerable<int> ports)
    {
        var listeners = ports.Select(static port => new TcpListener(IPAddress.Any, port)).ToList();
        foreach (var listener in listeners) listener.Start();
        Console.WriteLine("ready");
        Console.ReadLine();
        foreach (var listener in listeners) listener.Dispose();
        return 0;
    }
}
