using System.Text;
using PortSentry.Core.Addresses;
using PortSentry.Responders.HostsDeny;
using PortSentry.Tests.Fuzz;

namespace PortSentry.Responders.Tests.HostsDeny;

/// <summary>The file belongs to others too, and an editor or a full disk may have left it in any state.</summary>
public sealed class HostsDenyFuzzTests
{
    private static readonly byte[][] Good =
    [
        "# portsentry begin\nALL: 192.0.2.1 : DENY\nALL: 10.0.0.0/255.0.0.0\nALL: [fd00::]/64\n# portsentry end\nsshd: .example.org\n"u8.ToArray(),
        "# portsentry begin (portsentry made this file)\nALL: [2001:db8::1]\n# portsentry end\n"u8.ToArray(),
        "ALL: PARANOID\nin.ftpd: 10.0.0.0/255.255.0.0, \\\n  .bad.example\n# portsentry begin\nALL: 198.51.100.7\n"u8.ToArray(),
    ];

    [Fact]
    public void Any_file_is_read_and_what_was_written_reads_back() => FuzzCases.Run(20_000, Good, static bytes =>
    {
        var file = HostsDenyText.Parse(Encoding.Latin1.GetString(bytes));
        file.Set(Prefix.Parse("203.0.113.0/24"), $"ALL: {HostsDenyText.Pattern(Prefix.Parse("203.0.113.0/24"))}");
        var again = HostsDenyText.Parse(file.Render());
        if (!again.Targets.SequenceEqual(file.Targets)) throw new InvalidOperationException("other targets than those written");
        if (again.Foreign != file.Foreign) throw new InvalidOperationException("somebody else's lines changed");
    });
}
