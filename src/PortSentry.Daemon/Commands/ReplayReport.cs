using System.Globalization;
using System.Text;
using System.Text.Json;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Replay;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Daemon.Commands;

/// <summary>What <c>replay</c> prints. The JSON lines are a contract: fields are added, never renamed.</summary>
internal static class ReplayReport
{
    public static void Write(TextWriter output, OutputFormat format, IReadOnlyList<ScanReport> scans, GateCounters counters, long bytes, double seconds)
    {
        if (format == OutputFormat.Json) WriteJson(output, scans, counters, bytes, seconds);
        else WriteTable(output, scans, counters, seconds);
        output.Flush();
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<ScanReport> scans, GateCounters counters, long bytes, double seconds)
    {
        foreach (var scan in scans)
        {
            output.WriteLine(Line(json =>
            {
                json.WriteString("type", "scan");
                json.WriteString("source", scan.Source.ToString());
                json.WriteStartArray("kinds");
                foreach (var kind in scan.Kinds) json.WriteStringValue(kind.Name());
                json.WriteEndArray();
                json.WriteString("shape", scan.Shape.Name());
                json.WriteNumber("ports", scan.Ports);
                json.WriteNumber("hosts", scan.Hosts);
                json.WriteNumber("facts", scan.Facts);
                json.WriteNumber("factsAtVerdict", scan.FactsAtVerdict);
                json.WriteNumber("packets", scan.Packets);
                json.WriteString("first", Microseconds(scan.First));
                json.WriteString("detected", Microseconds(scan.Detected));
                json.WriteString("last", Microseconds(scan.Last));
                json.WriteNumber("score", Math.Round(scan.Score, 1));
                json.WriteStartArray("addresses");
                foreach (var address in scan.Addresses) json.WriteStringValue(address.ToString());
                json.WriteEndArray();
                json.WriteBoolean("proven", scan.Proven);
                json.WriteStartArray("group");
                foreach (var other in scan.Group) json.WriteStringValue(other.ToString());
                json.WriteEndArray();
            }));
        }
        output.WriteLine(Line(json =>
        {
            json.WriteString("type", "summary");
            json.WriteNumber("packets", counters.Packets);
            json.WriteNumber("bytes", bytes);
            json.WriteNumber("malformed", counters.Malformed);
            json.WriteNumber("sources", counters.Sources);
            json.WriteNumber("scans", scans.Count);
            json.WriteNumber("seconds", Math.Round(seconds, 6));
        }));
    }

    private static string Microseconds(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Line(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<ScanReport> scans, GateCounters counters, double seconds)
    {
        if (scans.Count > 0)
            output.WriteLine($"{"source",-39} {"shape",-11} {"ports",6} {"hosts",6} {"facts",8}  {"detected",-24}  kinds");
        foreach (var scan in scans)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{scan.Source,-39} {scan.Shape.Name(),-11} {scan.Ports,6} {scan.Hosts,6} {scan.Facts,8}  {scan.Detected,-24}  {string.Join(' ', scan.Kinds.Select(static kind => kind.Name()))}"));
        }
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{scans.Count} scanning of {counters.Sources} sources; {counters.Packets} packets, {counters.Malformed} malformed, {seconds:0.000} s"));
    }
}
