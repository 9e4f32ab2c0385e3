namespace PortSentry.Responders;

/// <summary>The values of <see cref="Notice.Event"/>, and the choice of a reporter among them.</summary>
public static class NoticeEvents
{
    public static readonly IReadOnlyList<string> All =
        ["scan", "hold", "release", "decision", "block", "unblock", "refusal", "repair", "alarm", "watch", "tripwire", "start", "stop"];

    internal static IEnumerable<OptionProblem> Check(IReadOnlyList<string> events)
    {
        if (events.Count == 0 || events.Except(All).Any()) yield return new("events", "any of " + string.Join(", ", All));
    }
}
