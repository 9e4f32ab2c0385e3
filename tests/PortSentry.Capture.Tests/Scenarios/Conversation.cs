namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>Words for what two stacks say to each other.</summary>
internal static class Conversation
{
    /// <summary>The frames of one turn, each with the pause before it.</summary>
    public static IEnumerable<(TimeSpan After, byte[] Frame)> Steps(string verb, LineOptions options, Wire wire)
    {
        var soon = options.RoundTrip;
        var rest = TimeSpan.FromTicks(1);
        return verb switch
        {
            "silent" => [(rest, wire.Ask("tcp", "S"))],
            "refused" => [(rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "RA"))],
            "served" =>
            [
                (rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "SA")), (rest, wire.Ask("tcp", "A")), (rest, wire.Ask("tcp", "PA", 80)),
                (soon, wire.Answer("tcp", "PA", 900)), (soon, wire.Ask("tcp", "FA")), (soon, wire.Answer("tcp", "FA")), (rest, wire.Ask("tcp", "A")),
            ],
            // A handshake and a first request; the connection stays.
            "opened" =>
            [
                (rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "SA")), (rest, wire.Ask("tcp", "A")), (rest, wire.Ask("tcp", "PA", 80)),
                (soon, wire.Answer("tcp", "PA", 900)),
            ],
            // connect() and at once close() with nothing sent: a health check, or nmap -sT on an open port.
            "abandoned" =>
            [
                (rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "SA")), (rest, wire.Ask("tcp", "A")), (rest, wire.Ask("tcp", "RA")),
            ],
            // A kernel without a socket for it answers the SYN-ACK: nmap -sS on an open port, a half-open health check.
            "halfopen" => [(rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "SA")), (rest, wire.Ask("tcp", "R"))],
            // Nobody ever answers the SYN-ACK: it is repeated after 1, 2 and 4 seconds.
            "unfinished" =>
            [
                (rest, wire.Ask("tcp", "S")), (soon, wire.Answer("tcp", "SA")), (TimeSpan.FromSeconds(1), wire.Answer("tcp", "SA")),
                (TimeSpan.FromSeconds(2), wire.Answer("tcp", "SA")), (TimeSpan.FromSeconds(4), wire.Answer("tcp", "SA")),
            ],
            "acked" => [(rest, wire.Ask("tcp", "A")), (soon, wire.Answer("tcp", "R"))],
            "answered" => [(rest, wire.Ask("udp", "", 30)), (soon, wire.Answer("udp", "", 90))],
            _ => throw new FormatException($"'{verb}' is no verb"),
        };
    }
}
