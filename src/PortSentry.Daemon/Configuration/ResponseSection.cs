using PortSentry.Core.Response;

namespace PortSentry.Daemon.Configuration;

/// <summary>portsentry.response</summary>
internal static class ResponseSection
{
    public static ResponsePolicy BindPolicy(Section section, bool enforce)
    {
        var (second, year) = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        var policy = new ResponsePolicy
        {
            Enforce = enforce,
            First = section.Duration("first", second, year),
            Escalation = section.Number("escalation", 1, 1000),
            Longest = section.Duration("longest", second, year),
            Forgiveness = section.Duration("forgiveness", TimeSpan.FromMinutes(1), year),
            Unproven = section.Duration("unproven", second, TimeSpan.FromDays(1)),
            UnprovenBudgetPerMinute = section.Whole("unproven-budget-per-minute", 0, 1_000_000),
            ClientShare = section.Number("client-share", 0, 1),
        };
        if (policy.First > policy.Longest) section.ProblemBetween("first", "longest", "first is longer than longest", "first at most longest");
        section.Finish();
        return policy;
    }

    /// <summary>Every responder's section is bound, listed or not: a mistake in it should not wait for the day it is turned on.</summary>
    public static IReadOnlyList<ResponderChoice> BindResponders(Section section)
    {
        var known = ResponderSections.All.Select(r => r.Name).ToArray();
        var names = section.Texts("responders", "any of " + string.Join(", ", known), known.Contains);
        var all = new Dictionary<string, ResponderChoice>(StringComparer.Ordinal);
        foreach (var (name, kind, create) in ResponderSections.All)
        {
            var options = create();
            if (section.Optional(name) is not null) RecordSection.Bind(section.Inner(name), options, names.Contains(name));
            all[name] = new ResponderChoice(name, kind, options);
        }

        foreach (var twice in names.GroupBy(n => n).Where(g => g.Count() > 1)) section.ProblemAt("responders", $"{twice.Key} is listed twice", "each once");
        return [.. names.Distinct().Select(n => all[n])];
    }
}
