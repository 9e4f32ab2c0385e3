using System.Globalization;

namespace PortSentry.Bench.Live;

/// <summary>The parts of a trial that run in a namespace of their own: this program, called with another verb.</summary>
internal static class Child
{
    /// <returns>Its exit code; null where this is no child.</returns>
    public static int? Run(string[] args) => args switch
    {
        ["send", var name, var length, var kind, var rate] =>
            Sender.Run(name, double.Parse(length, CultureInfo.InvariantCulture), kind, int.Parse(rate, CultureInfo.InvariantCulture)),
        ["receive", var source, var filter] => Receiver.Run(source, filter == "on"),
        ["serve", .. var ports] => Server.Run(ports.Select(static port => int.Parse(port, CultureInfo.InvariantCulture))),
        _ => null,
    };
}
