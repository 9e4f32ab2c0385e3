using System.Diagnostics;
using System.Globalization;

namespace PortSentry.Bench.Live;

/// <summary>
/// Two network namespaces of our own with a veth between them: the sender in one, the watcher in the other. The watcher's has no
/// address unless asked for, so that its stack answers nothing and what is measured is the capture. Needs root; gone at the end.
/// </summary>
internal sealed class Lab : IDisposable
{
    public const string Interface = "ring0";
    public const uint Sender = 0x0A630101;
    public const uint Receiver = 0x0A630102;
    public const uint SenderNet = 0x0A630200;
    public static readonly byte[] SenderMac = [2, 0, 0, 0x99, 0, 1];
    public static readonly byte[] ReceiverMac = [2, 0, 0, 0x99, 0, 2];

    /// <summary>Where frames are sent to: not the watcher's own address, so that its stack drops them at once and the sender's maximum is that of the veth.</summary>
    public static readonly byte[] ElsewhereMac = [2, 0, 0, 0x99, 0, 3];

    private readonly string _sender = $"ring-s{Environment.ProcessId}";
    private readonly string _receiver = $"ring-r{Environment.ProcessId}";

    public Lab()
    {
        try
        {
            Ip($"netns add {_sender}");
            Ip($"netns add {_receiver}");
            Ip($"-n {_sender} link add {Interface} address {Mac(SenderMac)} type veth peer name {Interface} address {Mac(ReceiverMac)} netns {_receiver}");
            foreach (var space in new[] { _sender, _receiver })
            {
                Ip($"-n {space} link set {Interface} addrgenmode none");
                Ip($"-n {space} link set {Interface} up");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>This program again, in the sender's namespace, until it ends; what it printed.</summary>
    public Report Send(double seconds, string kind, int rate = 0)
    {
        using var sender = Start(_sender, Self, ["send", Interface, seconds.ToString(CultureInfo.InvariantCulture), kind, rate.ToString(CultureInfo.InvariantCulture)]);
        var output = sender.StandardOutput.ReadToEnd();
        sender.WaitForExit();
        return sender.ExitCode == 0 ? Report.Parse(output) : throw new InvalidOperationException("the sender failed: " + sender.StandardError.ReadToEnd());
    }

    /// <summary>
    /// Gives both ends their addresses, so that the watcher's stack answers. Its answers to forged senders go to the sender's namespace and
    /// end there, by way of an address that never attacks: a gateway is another matter.
    /// </summary>
    public void Address()
    {
        Ip($"-n {_sender} addr add 10.99.1.1/24 dev {Interface}");
        Ip($"-n {_sender} addr add 10.99.1.9/24 dev {Interface}");
        Ip($"-n {_receiver} addr add 10.99.1.2/24 dev {Interface}");
        Ip($"-n {_receiver} route add default via 10.99.1.9");
    }

    /// <summary>Starts a command in the sender's namespace.</summary>
    public Process Attack(string command, params string[] arguments) => Start(_sender, [command], arguments);

    /// <summary>Starts a command in the watcher's namespace.</summary>
    public Process Watch(string command, params string[] arguments) => Start(_receiver, [command], arguments);

    public Process WatchSelf(params string[] arguments) => Start(_receiver, Self, arguments);

    /// <summary>Packets that arrived at the watcher's interface so far.</summary>
    public long Arrived()
    {
        using var process = Watch("cat", $"/sys/class/net/{Interface}/statistics/rx_packets");
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (var space in new[] { _sender, _receiver })
        {
            using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "delete", space]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
        }
    }

    private static string[] Self => [Environment.ProcessPath!, .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new[] { Environment.GetCommandLineArgs()[0] } : []];

    private static Process Start(string space, string[] command, string[] arguments) => Process.Start(
        new ProcessStartInfo("ip", ["netns", "exec", space, .. command, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {arguments}: {error}");
    }

    private static string Mac(byte[] bytes) => string.Join(':', bytes.Select(static b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
