using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Scenarios;

/// <summary>The place that a scenario is watched from.</summary>
internal sealed class ScenarioVantage(Scenario scenario) : IVantage
{
    public bool HidesAcks => scenario.IsLive;

    public bool IsOwn(Address address) => scenario.Own.Contains(address);

    public bool IsHome(Address address) =>
        scenario.IsLive ? IsOwn(address) || Prefixes.Contain(scenario.Home, address) : scenario.Home.Count == 0 || Prefixes.Contain(scenario.Home, address);

    public bool IsIgnored(Address address) => Prefixes.Contain(scenario.Ignored, address);

    public bool IsTrap(IpProtocol protocol, ushort port) => scenario.Traps.Contains(protocol, port);

    public bool Listens(IpProtocol protocol, ushort port, Address own) => scenario.Listening.Contains((protocol, port));
}
