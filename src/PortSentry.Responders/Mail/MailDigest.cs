using System.Globalization;
using System.Text;

namespace PortSentry.Responders.Mail;

/// <summary>The words of one mail.</summary>
/// <param name="host">Its name: mails of many hosts meet in one box.</param>
/// <param name="notices">In order, at least one.</param>
/// <param name="left">How many more there were.</param>
internal sealed class MailDigest(string host, IReadOnlyList<Notice> notices, int left)
{
    /// <summary>"[portsentry] web1: scan by 10.99.0.1, 10.99.0.1 blocked", of several "3 scanners, 2 blocked, 1 alarm". Nothing in it is an attacker's text.</summary>
    public string Subject
    {
        get
        {
            var parts = new List<string>();
            if (Of("scan") is [_, ..] scanners) parts.Add(scanners is [var one] ? $"scan by {one}" : Count(scanners.Count, "scanners"));
            if (Of("block") is [_, ..] blocked) parts.Add(blocked is [var one] ? $"{one} blocked" : Count(blocked.Count, "blocked"));
            foreach (var name in (ReadOnlySpan<string>)["alarm", "refusal", "repair"])
                if (notices.Count(notice => notice.Event == name) is > 0 and var count) parts.Add(Count(count, count == 1 ? name : name + "s"));
            if (parts.Count == 0) parts.Add(notices.Count == 1 ? notices[0].Event : Count(notices.Count, "notices"));
            return $"[portsentry] {host}: {string.Join(", ", parts)}{(left > 0 ? " and more" : "")}";
        }
    }

    /// <summary>A line a notice, times in UTC; what to do next at the end.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var notice in notices) text.Append(CultureInfo.InvariantCulture, $"{notice.At}  {notice.Text}\n");
            if (left > 0) text.Append(CultureInfo.InvariantCulture, $"... and {left} more, which portsentry history shows\n");
            return text.Append(CultureInfo.InvariantCulture, $"""

                On {host}:
                  portsentry blocked            who is blocked now
                  portsentry why ADDRESS        the evidence
                  portsentry unblock ADDRESS    lifts a block

                """).ToString();
        }
    }

    private List<string> Of(string what) =>
        [.. notices.Where(notice => notice.Event == what).Select(static notice => notice.Fields.GetValueOrDefault("target") ?? notice.Source?.ToString()).OfType<string>().Distinct()];

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}");
}
