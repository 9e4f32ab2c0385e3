using System.Collections.Concurrent;
using PortSentry.Actors.Capture;
using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Tests.Capture;

public sealed class InterfaceWatchTests : ActorSpec
{
    private readonly ConcurrentDictionary<string, FakeSource> _open = new();
    private readonly ConcurrentDictionary<string, int> _refilters = new();
    private readonly GateControl _gates = new();
    private readonly List<string> _closed = [];
    private volatile string[] _wanted = [];
    private volatile string[] _present = [];

    [Fact]
    public async Task Interface_that_comes_is_watched_and_one_that_is_gone_no_more()
    {
        _wanted = _present = ["eth0"];
        var watch = Start();
        Assert.Equal(["eth0"], Names(await AwaitAsync(watch)));

        _wanted = _present = ["eth0", "wg0"];
        Change(watch);
        Assert.Equal(["eth0", "wg0"], Names(await AwaitAsync(watch)));

        _wanted = _present = ["wg0"];
        Change(watch);
        Assert.Equal(["wg0"], Names(await AwaitAsync(watch)));
        Assert.Equal(["eth0"], _closed);
    }

    [Fact]
    public async Task Interface_that_is_not_there_yet_shows_why_and_is_watched_once_it_came()
    {
        _wanted = ["eth0"];
        var watch = Start();
        Assert.Equal("eth0: no such interface", Assert.Single((await AwaitAsync(watch)).All).Error);

        // No second passes: the news alone makes it try.
        _present = ["eth0"];
        Change(watch);
        AwaitCondition(() => _open.ContainsKey("eth0"));
        Assert.Null(Assert.Single((await AwaitAsync(watch)).All).Error);
    }

    [Fact]
    public async Task Interface_that_went_down_is_tried_again_each_second()
    {
        _wanted = _present = ["eth0"];
        var watch = Start();
        await AwaitAsync(watch);
        _present = [];
        _open["eth0"].Break();
        AwaitCondition(() => Error(watch) == "eth0: the interface is down");

        _open.Clear();
        _present = ["eth0"];
        Turn(TimeSpan.FromSeconds(1));
        AwaitCondition(() => Error(watch) is null);
    }

    [Fact]
    public async Task Open_source_is_asked_for_its_filter_twice_a_second()
    {
        _wanted = _present = ["eth0"];
        await AwaitAsync(Start());
        for (var i = 1; i <= 4; i++)
        {
            Turn(TimeSpan.FromSeconds(0.5));
            AwaitCondition(() => _refilters.GetValueOrDefault("eth0") == i);
        }
    }

    [Fact]
    public void Newest_blocks_come_first_and_lifted_ones_not_at_all()
    {
        Prefix[] blocks = [.. Enumerable.Range(1, 5).Select(static i => Prefix.Parse($"192.0.2.{i}"))];
        foreach (var block in blocks) _gates.Block(block);
        _gates.Forget(blocks[3]);
        _gates.Block(blocks[0]);
        Assert.Equal([blocks[0], blocks[4], blocks[2]], _gates.Newest(3));
    }

    private IActorRef Start() => Sys.ActorOf(InterfaceWatch.PropsFor(new InterfaceWatchSettings(_ => _wanted, SettingsOf, closed =>
    {
        _gates.Close(closed.Commands);
        _closed.Add(closed.Interface);
    })));

    private CaptureSettings SettingsOf(string name) => new(
        name, () => Open(name), new Nowhere(), new GateOptions { MaxContacts = 64, MaxSources = 64 }, _gates.Open(), TestActor, TestActor, Time)
    {
        Refilter = (source, _) => _refilters.AddOrUpdate(source.Name, 1, static (_, before) => before + 1),
    };

    private FakeSource Open(string name) =>
        _present.Contains(name) ? _open[name] = new FakeSource(name) : throw new IOException($"{name}: no such interface");

    private void Change(IActorRef watch)
    {
        watch.Tell(LinksChanged.Instance);
        // Its timer is set once it has answered this.
        Status(watch);
        Turn(TimeSpan.FromMilliseconds(50));
        Status(watch);
    }

    private static string? Error(IActorRef watch) => Status(watch).All.Single().Error;

    private static CaptureStatuses Status(IActorRef watch) => watch.Ask<CaptureStatuses>(GetCaptureStatus.Instance, TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();

    private static Task<CaptureStatuses> AwaitAsync(IActorRef watch) => watch.Ask<CaptureStatuses>(AwaitCapture.Instance, TimeSpan.FromSeconds(5));

    private static IEnumerable<string> Names(CaptureStatuses statuses) => statuses.All.Select(static one => one.Interface).Order(StringComparer.Ordinal);

    private sealed class Nowhere : IVantage
    {
        public bool HidesAcks => true;

        public bool IsOwn(Address address) => false;

        public bool IsHome(Address address) => false;

        public bool IsIgnored(Address address) => false;

        public bool IsTrap(IpProtocol protocol, ushort port) => false;

        public bool Listens(IpProtocol protocol, ushort port, Address own) => false;
    }
}
