using System.Net;
using System.Net.Sockets;
using PortSentry.EndToEnd.Lab;

namespace PortSentry.EndToEnd;

/// <summary>Those who must not be blocked.</summary>
public sealed class HonestTests
{
    [Fact]
    public async Task Two_hundred_requests_and_five_tries_at_one_closed_port_are_no_scan()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);

        var answers = await hosts.Attacker.RunAsync("curl", "-s", "--max-time", "30", $"http://{hosts.Victim.Address}/[1-200]");
        for (var i = 0; i < 5; i++)
            await hosts.Attacker.RunAsync("curl", "-s", "--max-time", "2", $"http://{hosts.Victim.Address}:8081/");

        Assert.Equal(200, answers.Must().Split("ok\n").Length - 1);
        await Task.Delay(TimeSpan.FromSeconds(1)); // longer than any grace of the detection: a late verdict would be in by now
        Assert.Empty((await KernelTable.ReadAsync(hosts.Victim)).Blocked);
        Assert.DoesNotContain("attackalert", daemon.Log, StringComparison.Ordinal);
        Assert.True(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task A_health_check_that_leaves_three_services_half_open_again_and_again_is_no_scan()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);

        for (var i = 0; i < 5; i++)
            foreach (var port in Services.OpenTcp.Take(3)) await hosts.Attacker.RunAsync("hping3", "-q", "-c", "1", "-S", "-p", $"{port}", hosts.Victim.Address);

        await Task.Delay(TimeSpan.FromSeconds(1)); // longer than any grace of the detection: a late verdict would be in by now
        Assert.DoesNotContain("attackalert", daemon.Log, StringComparison.Ordinal);
        Assert.True(await hosts.AttackerIsServedAsync());
    }

    [Fact]
    public async Task Who_comes_back_to_services_that_stopped_is_no_scanner()
    {
        int[] ports = [7001, 7002, 7003, 7004, 7005];
        var patience = TimeSpan.FromSeconds(3);
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts);
        var services = await hosts.Victim.InsideAsync(() => ports.Select(static port =>
        {
            var service = new TcpListener(IPAddress.Any, port);
            service.Start();
            return service;
        }).ToList());
        Assert.Equal(ports.Length, await ConnectAsync());

        foreach (var service in services) service.Dispose();
        Assert.Equal(0, await ConnectAsync());

        await Task.Delay(TimeSpan.FromSeconds(1)); // longer than any grace of the detection: a late verdict would be in by now
        Assert.DoesNotContain("attackalert", daemon.Log, StringComparison.Ordinal);
        Assert.True(await hosts.AttackerIsServedAsync());

        Task<int> ConnectAsync() => hosts.Attacker.InsideAsync(() => ports.Count(port =>
        {
            using var connection = Services.TryConnect(hosts.Victim.Address, port, patience);
            return connection is not null;
        }));
    }

    [Fact]
    public async Task Where_the_tripwire_hesitates_a_client_that_met_a_closed_port_is_served_by_and_by()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, "portsentry.response.hold.hesitate = all");

        await hosts.Attacker.RunAsync("curl", "-s", "--max-time", "2", $"http://{hosts.Victim.Address}:8081/");
        foreach (var port in Services.OpenTcp)
            (await hosts.Attacker.RunAsync("curl", "-s", "--max-time", "10", $"http://{hosts.Victim.Address}:{port}/")).Must();

        await Task.Delay(TimeSpan.FromSeconds(1)); // longer than any grace of the detection: a late verdict would be in by now
        Assert.DoesNotContain("attackalert", daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_only_sees_a_scan_and_blocks_nobody()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await using var daemon = await Daemon.StartAsync(hosts, enforce: false);

        await Nmap.ScanAsync(hosts, "-sS", "-T4", "-p1-100", hosts.Victim.Address);

        await daemon.LineAsync($"attackalert: TCP SYN/Normal scan from host: ");
        Assert.Empty((await KernelTable.ReadAsync(hosts.Victim)).Blocked);
        Assert.True(await hosts.AttackerIsServedAsync());
    }
}
