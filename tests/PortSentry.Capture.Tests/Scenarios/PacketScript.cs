using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>Turns packet lines into frames with times: <c>[+PAUSE] VERB A:PORT > B:PORT [OPTION…]</c>, one turn for each of the pairs named.</summary>
internal sealed class PacketScript
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(1);

    private readonly List<Moment> _moments = [];
    private long _now;

    public IReadOnlyList<Moment> Moments => _moments;

    public void Add(Queue<string> words)
    {
        var pause = words.Peek().StartsWith('+') ? LineOptions.Duration(words.Dequeue()[1..]) : Between;
        var verb = words.Dequeue();
        if (verb is "restart" or "wait")
        {
            Pass(pause);
            if (verb == "restart") _moments.Add(new Moment(_now, null));
            return;
        }

        // unreachable|expired FROM VERB A > B: an error about the packet of that line.
        Address? reporter = null;
        var about = verb;
        if (verb is "unreachable" or "expired")
        {
            reporter = Address.Parse(words.Dequeue());
            about = words.Dequeue();
        }
        var from = EndPoints.Parse(words.Dequeue());
        if (words.Dequeue() != ">") throw new FormatException("A > B");
        var to = EndPoints.Parse(words.Dequeue());
        var detail = about is "tcp" or "sctp" or "ip" ? words.Dequeue() : "";
        var options = LineOptions.Parse(words);
        foreach (var pair in Pairs(from, to, options))
        {
            Pass(pause);
            var wire = new Wire(pair, options);
            if (reporter is { } sender) Send(wire.Error(sender, verb == "expired", wire.Packet(about, detail)));
            else if (about is "tcp" or "udp" or "sctp" or "ip") foreach (var frame in wire.Frames(about, detail)) Send(frame);
            else foreach (var step in Conversation.Steps(about, options, wire)) { Pass(step.After); Send(step.Frame); }
        }
    }

    private static IEnumerable<Pair> Pairs(EndPoints from, EndPoints to, LineOptions options)
    {
        var turn = 0;
        Pair Next(Address source, ushort sourcePort, Address destination, ushort port) =>
            new(source, (ushort)(from.Climbs ? sourcePort + turn++ : sourcePort), destination, port);

        for (var time = 0; time < options.Times; time++)
        {
            if (options.Zip)
            {
                var most = Math.Max(Math.Max(from.Addresses.Count, to.Addresses.Count), to.Ports.Count);
                for (var i = 0; i < most; i++)
                    yield return Next(Of(from.Addresses, i), Of(from.Ports, i), Of(to.Addresses, i), Of(to.Ports, i));
                continue;
            }
            foreach (var source in from.Addresses)
                foreach (var sourcePort in from.Ports)
                    foreach (var destination in to.Addresses)
                        foreach (var port in to.Ports) yield return Next(source, sourcePort, destination, port);
        }
    }

    private static T Of<T>(IReadOnlyList<T> list, int index) => list[index % list.Count];

    private void Pass(TimeSpan time) => _now += time.Ticks * 100;

    private void Send(byte[] frame) => _moments.Add(new Moment(_now, frame));
}

internal readonly record struct Pair(Address Source, ushort SourcePort, Address Destination, ushort Port)
{
    public Pair Back => new(Destination, Port, Source, SourcePort);
}
