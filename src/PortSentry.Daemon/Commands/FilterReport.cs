using System.Globalization;
using PortSentry.Capture.Filter;
using PortSentry.Capture.LocalView;
using PortSentry.Capture.Packets;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Live;

namespace PortSentry.Daemon.Commands;

/// <summary><c>check --filter</c>: the kernel filter of a configuration on this host, before any source is blocked.</summary>
internal static class FilterReport
{
    public static int Print(PortSentryOptions options)
    {
        try
        {
            using var host = new LocalHost();
            var plan = new CapturePlan(() => options, () => host.Addresses, () => options.Ignore, static _ => [], () => host.Gateways);
            Print(plan, LinkType.Ethernet, "Ethernet and loopback");
            Print(plan, LinkType.Raw, "tunnels and 'any'");
            return ExitCodes.Ok;
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine($"portsentry: {exception.Message}");
            return ExitCodes.Failed;
        }
    }

    private static void Print(CapturePlan plan, LinkType link, string where)
    {
        var text = plan.Filter(link);
        using var filter = FilterExpression.Compile(link, text);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# {where}: {filter.Instructions.Length} instructions"));
        Console.WriteLine(text);
    }
}
