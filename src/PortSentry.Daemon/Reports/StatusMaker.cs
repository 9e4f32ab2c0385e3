using System.Globalization;
using PortSentry.Actors.Capture;
using PortSentry.Actors.Challenge;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Tripwire;
using PortSentry.Daemon.Persistence;
using PortSentry.Journal;

namespace PortSentry.Daemon.Reports;

/// <summary>Makes the parts of <c>status</c> of what the actors answered, and sums up what is wrong.</summary>
internal static class StatusMaker
{
    public static InterfaceReport Of(CaptureStatus status)
    {
        var (counters, statistics) = (status.Counters, status.Statistics);
        return new InterfaceReport(
            status.Interface, status.Error is null, status.Error, statistics.Received, statistics.DroppedByKernel, statistics.DroppedByInterface,
            counters.Malformed, counters.Facts, counters.Withheld, counters.CutOff, counters.Ignored, counters.Evicted, counters.JudgedEarly,
            counters.InFlood, counters.Contacts, counters.Sources, counters.Loud);
    }

    public static PartReport Of(ResponderHealth health) => new(health.Name, health.Ok, health.Error, health.Calls, health.Failures)
    {
        Reaction = health.Reaction is { } reaction
            ? new ReactionReport(
                reaction.Blocks, reaction.Median.TotalMilliseconds, reaction.P90.TotalMilliseconds, reaction.P99.TotalMilliseconds, reaction.Longest.TotalMilliseconds)
            : null,
    };

    public static PartReport Of(TripwireStatus status)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"tripwire ({(status.IsArmed ? "armed" : "asleep")}{(status.IsFlooded ? ", flooded" : "")}; {status.Contacts} first contacts, {status.Holds} holds, {status.Confirmed} confirmed, {status.Released} released)");
        return new PartReport(name, status.Error is null, status.Error, status.Holds, status.Lost);
    }

    public static PartReport Of(ChallengeStatus status)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"challenge ({(status.IsAsking ? "asking" : "asleep")}; {status.Answers} answers, {status.Proofs} proofs)");
        return new PartReport(name, status.Error is null, status.Error, status.Answers, status.Dropped);
    }

    public static PartReport Of(IEventJournal journal, JournalHealth health)
    {
        try
        {
            // Asked first: reading may fail too, and then it says the same.
            if (health.Fault is { } fault) return new PartReport("journal", false, fault, 0, health.Failures);
            var lost = health.Lost is > 0 and var events ? string.Create(CultureInfo.InvariantCulture, $"; {events} events of an outage were not recorded") : "";
            return new PartReport(string.Create(CultureInfo.InvariantCulture, $"journal ({journal.Size().Total >> 10} KiB{lost})"), true, null, 0, health.Failures);
        }
        catch (JournalException exception)
        {
            return new PartReport("journal", false, exception.Message, 0, 1);
        }
    }

    /// <param name="others">Faults of what is no part of its own; null: none.</param>
    public static string[] Faults(IEnumerable<InterfaceReport> interfaces, IEnumerable<PartReport> parts, ResponseStatus response, params string?[] others) =>
    [
        .. interfaces.Where(static one => !one.Watching).Select(static one => $"interface {one.Name}: {one.Error}"),
        .. parts.Where(static part => !part.Ok).Select(static part => $"{part.Name}: {part.Error}"),
        .. others.Append(Suspended("unproven sources", response.Budget)).Append(Suspended("recent clients", response.Clients)).OfType<string>(),
    ];

    private static string? Suspended(string whose, BudgetStatus? budget) => budget?.SuspendedSince is { } since
        ? $"blocks of {whose} are suspended since {since}: {budget.Spent} of {budget.Limit} spent, {budget.Refused} verdicts only logged"
        : null;
}
