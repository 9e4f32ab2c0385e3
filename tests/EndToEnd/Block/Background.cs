using System.Diagnostics;
using System.Net;
using PortSentry.EndToEnd.Lab;
using PortSentry.EndToEnd.Raw;

namespace PortSentry.EndToEnd.Block;

/// <summary>
/// The traffic of a busy host: data segments of 64 connections to the victim's address at a steady rate. They bear a foreign hardware
/// address, so the victim's stack does not answer them, while a capture sees them as it sees any.
/// </summary>
internal sealed class Background : IDisposable
{
    private const int Connections = 64, Payload = 26;
    private const string Nobody = "02:00:00:00:00:77";

    private readonly RawFrames _out;
    private readonly byte[][] _frames;
    private readonly int _rate;
    private readonly Thread _thread;
    private volatile bool _stops;
    private long _sent;

    private Background(RawFrames to, byte[][] frames, int rate)
    {
        (_out, _frames, _rate) = (to, frames, rate);
        _thread = new Thread(Run) { IsBackground = true, Name = "background" };
        _thread.Start();
    }

    public long Sent => Volatile.Read(ref _sent);

    /// <param name="rate">Packets a second.</param>
    public static async Task<Background> StartAsync(Host attacker, Host victim, int rate)
    {
        var (from, to) = (IPAddress.Parse(attacker.Address), IPAddress.Parse(victim.Address));
        return new Background(
            await RawFrames.OpenAsync(attacker),
            [.. Enumerable.Range(0, Connections).Select(i => RawFrames.Frame(attacker.Ethernet, Nobody, Segments.Make(from, to, (ushort)(40_000 + i), Services.Web, Segments.Data, Payload)))],
            rate);
    }

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
        _out.Dispose();
    }

    private void Run()
    {
        var clock = Stopwatch.StartNew();
        while (!_stops)
        {
            for (var due = (long)(clock.Elapsed.TotalSeconds * _rate); _sent < due && !_stops; _sent++) _out.Send(_frames[_sent % Connections]);
            Thread.Sleep(1);
        }
    }
}
