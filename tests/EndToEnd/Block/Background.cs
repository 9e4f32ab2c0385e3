using System.Diagnostics;
using System.Net;
using PortSentry.EndToEnd.Lab;
using static PortSentry.EndToEnd.Interop.Libc.Libc;

namespace PortSentry.EndToEnd.Block;

/// <summary>
/// The traffic of a busy host: data segments of 64 connections to the victim's address at a steady rate. They bear a foreign hardware
/// address, so the victim's stack does not answer them, while a capture sees them as it sees any.
/// </summary>
internal sealed class Background : IDisposable
{
    private const int Connections = 64, Payload = 26;

    private readonly int _socket;
    private readonly byte[][] _frames;
    private readonly int _rate;
    private readonly Thread _thread;
    private volatile bool _stops;
    private long _sent;

    private Background(int socket, byte[][] frames, int rate)
    {
        (_socket, _frames, _rate) = (socket, frames, rate);
        _thread = new Thread(Run) { IsBackground = true, Name = "background" };
        _thread.Start();
    }

    public long Sent => Volatile.Read(ref _sent);

    /// <param name="rate">Packets a second.</param>
    public static Task<Background> StartAsync(Host attacker, Host victim, int rate) => attacker.InsideAsync(() =>
    {
        var socket = Interop.Libc.Libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        Span<byte> link = stackalloc byte[20];
        BitConverter.TryWriteBytes(link, (ushort)AF_PACKET);
        BitConverter.TryWriteBytes(link[4..], if_nametoindex(attacker.Interface));
        if (socket < 0 || bind(socket, link, link.Length) != 0) throw Failure("send raw frames");
        byte[] head = [2, 0, 0, 0, 0, 0x77, 2, 0, 0, 0, 0, 0x01, 0x08, 0x00];
        var (from, to) = (IPAddress.Parse(attacker.Address), IPAddress.Parse(victim.Address));
        return new Background(socket, [.. Enumerable.Range(0, Connections).Select(i => (byte[])[.. head, .. Segments.Make(from, to, (ushort)(40_000 + i), Services.Web, Segments.Data, Payload)])], rate);
    });

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
        _ = close(_socket);
    }

    private void Run()
    {
        var clock = Stopwatch.StartNew();
        while (!_stops)
        {
            for (var due = (long)(clock.Elapsed.TotalSeconds * _rate); _sent < due && !_stops; _sent++)
            {
                var frame = _frames[_sent % Connections];
                _ = send(_socket, frame, frame.Length, 0);
            }
            Thread.Sleep(1);
        }
    }
}
