using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PortSentry.Daemon.Reports;

/// <summary>Reports as text for people and as JSON lines for programs.</summary>
internal static class ReportPrinter
{
    public static void Json<T>(TextWriter output, T report, JsonTypeInfo<T> info) => output.WriteLine(JsonSerializer.Serialize(report, info));

    public static void Table(TextWriter output, IReadOnlyList<BlockReport> blocks)
    {
        if (blocks.Count == 0)
        {
            output.WriteLine("Nobody is blocked.");
            return;
        }
        output.WriteLine($"{"target",-40} {"since",-24} {"until",-24} {"by",-9} {"",-9} reason");
        foreach (var block in blocks)
            output.WriteLine($"{block.Target,-40} {block.Since,-24} {block.Until ?? "for good",-24} {block.By,-9} {(block.Proven ? "proven" : "unproven"),-9} {block.Reason}{(block.Confirmed ? "" : " (not confirmed yet)")}");
    }

    public static void Table(TextWriter output, IReadOnlyList<HistoryReport> lines)
    {
        if (lines.Count == 0) output.WriteLine("Nothing is known.");
        foreach (var line in lines) output.WriteLine($"{line.At}  {line.Target,-32}  {line.Event,-9} {line.Text}");
    }

    public static void Table(TextWriter output, WhyReport why)
    {
        output.WriteLine($"{why.Source}: {why.Verdict}");
        if (why.FactCount == 0) return;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio now {why.Ratio:0.##}, a scanner above {why.Threshold:0.##}; {why.FactCount} facts; source {(why.Proven ? "proven" : "not proven")}"));
        if (why.Addresses.Length > 1) output.WriteLine($"addresses: {string.Join(' ', why.Addresses)}");
        if (why.Group.Length > 0) output.WriteLine($"together with: {string.Join(' ', why.Group)} (decoys, or a shared list; who is proven is not forged)");
        output.WriteLine($"{"time",-24}  {"what",-12} {"to",-28} {"outcome",-10} {"weight",6} {"ratio",10}");
        foreach (var fact in why.Facts)
        {
            var traits = fact.Traits.Length == 0 ? "" : $"  [{string.Join(' ', fact.Traits)}]";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{fact.At}  {fact.Kind,-12} {$"{fact.Destination} {fact.Protocol}/{fact.Port}",-28} {fact.Outcome,-10} {fact.Weight,6:0.##} {fact.Ratio,10:0.##}{traits}{(fact.Crossed ? "  <- here it crossed" : "")}"));
        }
        output.WriteLine(why.Block is { } block
            ? $"blocked since {block.Since} {(block.Until is null ? "for good" : $"until {block.Until}")} by {block.By}: {block.Reason}"
            : "not blocked");
    }

    public static void Table(TextWriter output, StatusReport status)
    {
        output.WriteLine($"portsentry {status.Version}, pid {status.Pid}, since {status.Started}, {(status.Enforcing ? "enforcing" : "log only")}");
        output.WriteLine($"{status.BlocksInForce} blocks in force, {status.SourcesInMemory} sources in memory{(status.Memory is { } memory ? string.Create(CultureInfo.InvariantCulture, $"; {memory.Resident} MiB, at most {memory.Most}") : "")}");
        foreach (var one in status.Interfaces)
        {
            output.WriteLine($"interface {one.Name}: {(one.Watching ? "watched" : $"NOT watched: {one.Error}")}");
            output.WriteLine($"  {one.Packets} packets, {one.DroppedByKernel + one.DroppedByInterface} lost, {one.Malformed} malformed, {one.Facts} facts, {one.Withheld} withheld, {one.CutOff} cut off, {one.Ignored} ignored, {one.Evicted} evicted, {one.JudgedEarly} judged early{(one.Loud > 0 ? string.Create(CultureInfo.InvariantCulture, $", {one.Loud} loud contacts left to the kernel") : "")}{(one.Flood ? ", FLOOD" : "")}");
        }
        foreach (var part in status.Responders) Line("responder", part);
        foreach (var part in status.Reporters) Line("reporter", part);
        Line("journal", status.Journal);
        foreach (var fault in status.Faults) output.WriteLine($"fault: {fault}");

        void Line(string kind, PartReport part) =>
            output.WriteLine($"{kind} {part.Name}: {(part.Ok ? "ok" : $"FAILED: {part.Error}")} ({part.Calls} calls, {part.Failures} failed){(part.Reaction is { } reaction ? Text(reaction) : "")}");

        static string Text(ReactionReport reaction) => string.Create(
            CultureInfo.InvariantCulture,
            $"; in force {reaction.Median:0.00} ms after the deciding packet, 99 of 100 within {reaction.P99:0.0} ms, the slowest of {reaction.Blocks} {reaction.Longest:0.0} ms");
    }
}
