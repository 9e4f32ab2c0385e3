using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using PortSentry.EndToEnd.Lab;
using static PortSentry.EndToEnd.Interop.Libc.Libc;

namespace PortSentry.EndToEnd.Block;

/// <summary>
/// Hears from the victim's kernel (nfnetlink group 7, what `nft monitor` reads) which IPv4 address has entered our set, and when; the stamp is
/// taken as the message reaches us, so it is later than the acknowledgement that the daemon gets, never earlier.
/// </summary>
internal sealed class ElementWatch : IDisposable
{
    private const int NewSetElement = 0xA0C, HeaderLength = 20;
    private const uint Changes = 1 << 6;

    private readonly int _socket;
    private readonly ConcurrentDictionary<uint, DateTimeOffset> _seen = new();
    private readonly Thread _thread;
    private volatile bool _stops;

    private ElementWatch(int socket)
    {
        _socket = socket;
        _thread = new Thread(Run) { IsBackground = true, Name = "elements", Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    private static ReadOnlySpan<byte> Table => "portsentry\0"u8;

    // An attribute of 8 bytes of type 1 (NFTA_DATA_VALUE); the address follows.
    private static ReadOnlySpan<byte> Key => [8, 0, 1, 0];

    public static Task<ElementWatch> StartAsync(Host victim) => victim.InsideAsync(() =>
    {
        var socket = Interop.Libc.Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        Span<byte> address = stackalloc byte[12];
        BitConverter.TryWriteBytes(address, (ushort)AF_NETLINK);
        BitConverter.TryWriteBytes(address[8..], Changes);
        if (socket < 0 || bind(socket, address, address.Length) != 0) throw Failure("hear of the rule set's changes");
        // To see the stop: seconds, microseconds.
        byte[] patience = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(200_000L)];
        _ = setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, patience, patience.Length);
        return new ElementWatch(socket);
    });

    public DateTimeOffset? Entered(IPAddress address) => _seen.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()), out var at) ? at : null;

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
        _ = close(_socket);
    }

    private void Run()
    {
        var buffer = new byte[1 << 16];
        while (!_stops)
        {
            var count = (int)recv(_socket, buffer, buffer.Length, 0);
            var now = DateTimeOffset.UtcNow;
            for (var rest = buffer.AsSpan(0, Math.Max(0, count)); rest.Length >= HeaderLength;)
            {
                var length = BitConverter.ToInt32(rest);
                if (length < HeaderLength || length > rest.Length) break;
                if (BitConverter.ToUInt16(rest[4..]) == NewSetElement) Note(rest[HeaderLength..length], now);
                rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
            }
        }
    }

    private void Note(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        if (message.IndexOf(Table) < 0) return;
        for (int at; (at = message.IndexOf(Key)) >= 0 && at + 8 <= message.Length; message = message[(at + 8)..])
            _seen.TryAdd(BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]), now);
    }
}
