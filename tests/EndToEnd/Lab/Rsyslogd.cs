namespace PortSentry.EndToEnd.Lab;

/// <summary>A real rsyslogd on the victim: a local socket, UDP 5514 and TCP 5601 of 127.0.0.1.</summary>
internal sealed class Rsyslogd(TwoHosts hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private string Messages => Path.Combine(hosts.Folder, "messages");

    public string Socket => Path.Combine(hosts.Folder, "log.sock");

    /// <summary>What it has written: facility.severity tag message.</summary>
    public string Written => File.Exists(Messages) ? File.ReadAllText(Messages) : "";

    /// <summary>Stops when disposed of.</summary>
    public async Task<RunningProgram> StartAsync()
    {
        var configuration = Path.Combine(hosts.Folder, "rsyslog.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            global(workDirectory="{{hosts.Folder}}")
            module(load="imuxsock" SysSock.Use="off")
            module(load="imudp")
            module(load="imtcp")
            input(type="imuxsock" Socket="{{Socket}}" UseSysTimeStamp="off")
            input(type="imudp" address="127.0.0.1" port="5514")
            input(type="imtcp" address="127.0.0.1" port="5601")
            template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\n")
            *.* action(type="omfile" file="{{Messages}}" template="line")
            """);
        File.Delete(Socket);
        var program = hosts.Victim.Start(["rsyslogd", "-n", "-f", configuration, "-i", Path.Combine(hosts.Folder, "rsyslogd.pid")]);
        var ready = await Until.TrueAsync(async () => program.HasExited || (File.Exists(Socket) && await ListensAsync()), Patience);
        if (ready && !program.HasExited) return program;
        await program.DisposeAsync();
        throw new TimeoutException($"rsyslogd does not listen:\n{program.Text}");
    }

    private async Task<bool> ListensAsync()
    {
        var sockets = (await hosts.Victim.RunAsync("ss", "-Hlntu")).Must();
        return sockets.Contains("127.0.0.1:5514 ", StringComparison.Ordinal) && sockets.Contains("127.0.0.1:5601 ", StringComparison.Ordinal);
    }
}
