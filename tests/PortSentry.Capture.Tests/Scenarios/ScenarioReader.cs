using System.Globalization;
using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>Reads scenario.txt; tests/Scenarios/README.md describes its language.</summary>
internal static class ScenarioReader
{
    /// <exception cref="FormatException">A line that means nothing; the message names it.</exception>
    public static Scenario Read(IEnumerable<string> lines)
    {
        var reason = new List<string>();
        var own = new List<Address>();
        var home = new List<Prefix>();
        var ignored = new List<Prefix>();
        var listening = new List<(IpProtocol, ushort)>();
        var traps = new List<(IpProtocol Protocol, ushort Port)>();
        var expected = new List<Expectation>();
        var script = new PacketScript();
        var nobody = false;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = new Queue<string>(line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (words.Count == 0) continue;
            try
            {
                switch (words.Peek())
                {
                    case "reason": reason.Add(string.Join(' ', words.Skip(1))); break;
                    case "host": own.AddRange(words.Skip(1).Select(static word => Address.Parse(word))); break;
                    case "network": home.AddRange(words.Skip(1).Select(static word => Prefix.Parse(word))); break;
                    case "ignore": ignored.AddRange(words.Skip(1).Select(static word => Prefix.Parse(word))); break;
                    case "listen": listening.AddRange(Ports(words)); break;
                    case "trap": traps.AddRange(Ports(words)); break;
                    case "expect" when words.Contains("nobody"): nobody = true; break;
                    case "expect": expected.Add(Expected(words)); break;
                    default: script.Add(words); break;
                }
            }
            catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException or OverflowException)
            {
                throw new FormatException($"line {number}: {line.Trim()}: {fault.Message}", fault);
            }
        }
        if (reason.Count == 0) throw new FormatException("no reason");
        if (nobody == expected.Count > 0) throw new FormatException("expect somebody or nobody");
        var trapPorts = new TrapPorts(Ranges(traps, IpProtocol.Tcp), Ranges(traps, IpProtocol.Udp));
        return new Scenario(string.Join(' ', reason), own, home, ignored, listening, trapPorts, script.Moments, expected);
    }

    private static IEnumerable<PortRange> Ranges(List<(IpProtocol Protocol, ushort Port)> ports, IpProtocol protocol) =>
        ports.Where(port => port.Protocol == protocol).Select(static port => new PortRange(port.Port));

    // listen|trap PROTOCOL PORT…
    private static List<(IpProtocol, ushort)> Ports(Queue<string> words)
    {
        var protocol = Enum.Parse<IpProtocol>(words.ElementAt(1), ignoreCase: true);
        return words.Skip(2).Select(word => (protocol, ushort.Parse(word, CultureInfo.InvariantCulture))).ToList();
    }

    // expect SOURCE KIND[,KIND…] SHAPE [by FAILURES]
    private static Expectation Expected(Queue<string> words)
    {
        words.Dequeue();
        var source = Prefix.Parse(words.Dequeue());
        var kinds = words.Dequeue().Split(',').Select(static name => Enum.GetValues<ProbeKind>().Single(kind => kind.Name() == name)).Order().ToList();
        var shapeName = words.Dequeue();
        var shape = Enum.GetValues<ScanShape>().Single(shape => shape.Name() == shapeName);
        var by = words.Count > 0 && words.Dequeue() == "by" ? int.Parse(words.Dequeue(), CultureInfo.InvariantCulture) : (int?)null;
        return new Expectation(source, kinds, shape, by);
    }
}
