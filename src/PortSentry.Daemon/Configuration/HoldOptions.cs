using PortSentry.Responders.Tripwire;

namespace PortSentry.Daemon.Configuration;

/// <summary>portsentry.response.hold: when the kernel's tripwire holds an address, and for how long.</summary>
/// <param name="Strikes">First contacts with nothing within a minute, 2 to 100; null: where the detection's verdict is due.</param>
/// <param name="OddStrikes">The same for segments that no honest stack sends, 1 to 100.</param>
/// <param name="Lasts">Unless it is confirmed or released before.</param>
/// <param name="Hesitate">What waits for who has a strike.</param>
public sealed record HoldOptions(int? Strikes, int OddStrikes, TimeSpan Lasts, Hesitation Hesitate)
{
    private const int Most = 100;

    internal static HoldOptions Bind(Section section)
    {
        var options = new HoldOptions(
            section.WholeOrAuto("strikes", 2, Most),
            section.Whole("odd-strikes", 1, Most),
            section.Duration("lasts", TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
            section.Choice("hesitate", ("off", Hesitation.Off), ("refusals", Hesitation.Refusals), ("all", Hesitation.All)));
        section.Finish();
        return options;
    }
}
