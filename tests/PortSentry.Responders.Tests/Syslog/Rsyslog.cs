using System.Diagnostics;
using PortSentry.Responders.Tests.Namespaces;

namespace PortSentry.Responders.Tests.Syslog;

/// <summary>A real rsyslogd in the foreground on a socket, a UDP and a TCP port of its own; start it on the thread of the namespace it shall live in.</summary>
public sealed class Rsyslog : IDisposable
{
    private const string NetworkInputs = """
        module(load="imudp")
        module(load="imtcp")
        input(type="imudp" port="5514")
        input(type="imtcp" port="5601")
        """;

    private readonly string _output;
    private readonly Process _process;

    public Rsyslog(ScratchFolder folder, string template, bool network = false)
    {
        Socket = folder["log"];
        _output = folder["received"];
        var configuration = folder["rsyslog.conf"];
        File.WriteAllText(configuration, $$"""
            global(workDirectory="{{folder.Path}}")
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="{{Socket}}" CreatePath="on" UseSysTimeStamp="off" RateLimit.Interval="0")
            {{(network ? NetworkInputs : "")}}
            template(name="t" type="string" string="{{template}}\n")
            action(type="omfile" file="{{_output}}" template="t")
            """);
        _process = Process.Start(new ProcessStartInfo("rsyslogd", ["-n", "-f", configuration, "-i", folder["pid"]]) { RedirectStandardError = true })!;
        Await(() => File.Exists(Socket) && (!network || (Bound("udp", 5514) && Bound("tcp", 5601))));
    }

    public string Socket { get; }

    /// <summary>Waits (real time: another process works) until that many lines have come.</summary>
    public string[] Lines(int count)
    {
        Await(() => File.Exists(_output) && File.ReadAllLines(_output).Length >= count);
        return File.ReadAllLines(_output);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(Socket);
    }

    private static bool Bound(string protocol, int port) =>
        File.ReadAllText($"/proc/thread-self/net/{protocol}").Contains($":{port:X4} 00000000:0000", StringComparison.Ordinal);

    private static void Await(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(15)), "rsyslogd did not do it within 15 s");
}
