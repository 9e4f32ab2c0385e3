using System.Globalization;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>The words behind a packet line's end points.</summary>
internal sealed record LineOptions
{
    public static readonly TimeSpan Quick = TimeSpan.FromMicroseconds(200);

    /// <summary>No TCP options in the SYN: made by a tool and not by connect().</summary>
    public bool Bare { get; private set; }

    /// <summary>TCP timestamps in every segment, as a Linux connection has them.</summary>
    public bool Stamped { get; private set; }

    public bool BadSum { get; private set; }

    public bool IpOptions { get; private set; }

    /// <summary>The Ethernet destination is everybody.</summary>
    public bool Broadcast { get; private set; }

    /// <summary>Walks source, destination and port lists side by side instead of crossing them.</summary>
    public bool Zip { get; private set; }

    public byte Ttl { get; private set; } = 57;

    public int Length { get; private set; }

    public int Times { get; private set; } = 1;

    public byte Code { get; private set; } = 3;

    public uint? Sequence { get; private set; }

    public uint? Acknowledgement { get; private set; }

    /// <summary>Between a packet and its answer.</summary>
    public TimeSpan RoundTrip { get; private set; } = Quick;

    /// <summary>vlan, qinq, gre, ipip or vxlan.</summary>
    public string Inside { get; private set; } = "";

    /// <summary>tiny (8 bytes each), overlap (the second rewrites the flags), offset1 (begins at byte 8 of the header).</summary>
    public string Fragments { get; private set; } = "";

    public static LineOptions Parse(Queue<string> words)
    {
        var options = new LineOptions();
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "bare": options.Bare = true; break;
                case "stamped": options.Stamped = true; break;
                case "badsum": options.BadSum = true; break;
                case "ipopts": options.IpOptions = true; break;
                case "broadcast": options.Broadcast = true; break;
                case "zip": options.Zip = true; break;
                case "ttl": options.Ttl = byte.Parse(words.Dequeue(), CultureInfo.InvariantCulture); break;
                case "len": options.Length = Number(words); break;
                case "times": options.Times = Number(words); break;
                case "code": options.Code = (byte)Number(words); break;
                case "seq": options.Sequence = (uint)Number(words); break;
                case "ack": options.Acknowledgement = (uint)Number(words); break;
                case "rtt": options.RoundTrip = Duration(words.Dequeue()); break;
                case "in": options.Inside = words.Dequeue(); break;
                case "tiny" or "overlap" or "offset1": options.Fragments = word; break;
                default: throw new FormatException($"'{word}' is no option");
            }
        }
        return options;
    }

    /// <summary>5us, 20ms, 3s, 5m, 1h, 2d.</summary>
    public static TimeSpan Duration(string text)
    {
        var unit = text.TrimStart("0123456789.".ToCharArray());
        var number = double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture);
        return unit switch
        {
            "us" => TimeSpan.FromMicroseconds(number),
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => throw new FormatException($"'{text}' is no duration"),
        };
    }

    private static int Number(Queue<string> words) => int.Parse(words.Dequeue(), CultureInfo.InvariantCulture);
}
