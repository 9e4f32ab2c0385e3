using PortSentry.EndToEnd.Lab;
using static PortSentry.EndToEnd.Interop.Libc.Libc;

namespace PortSentry.EndToEnd.Raw;

/// <summary>A packet socket (packet(7)) on a host's interface: sends whatever stands in a frame, addresses of others included.</summary>
internal sealed class RawFrames : IDisposable
{
    private readonly int _socket;

    private RawFrames(int socket) => _socket = socket;

    public static Task<RawFrames> OpenAsync(Host host) => host.InsideAsync(() =>
    {
        var socket = Interop.Libc.Libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        Span<byte> link = stackalloc byte[20];
        BitConverter.TryWriteBytes(link, (ushort)AF_PACKET);
        BitConverter.TryWriteBytes(link[4..], if_nametoindex(host.Interface));
        return socket >= 0 && bind(socket, link, link.Length) == 0 ? new RawFrames(socket) : throw Failure("send raw frames");
    });

    /// <param name="to">A hardware address as ip(8) writes it.</param>
    /// <param name="packet">From the IPv4 header on.</param>
    public static byte[] Frame(string from, string to, byte[] packet) => [.. Hardware(to), .. Hardware(from), 0x08, 0x00, .. packet];

    public void Send(byte[] frame) => _ = send(_socket, frame, frame.Length, 0);

    public void Dispose() => _ = close(_socket);

    private static byte[] Hardware(string address) => Convert.FromHexString(address.Replace(":", "", StringComparison.Ordinal));
}
