using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Responders.Tests.Namespaces;

public static class TestServices
{
    public static ResponderServices Real { get; } = new(TimeProvider.System, NullLogger.Instance);

    public static BlockRequest Block(string target, TimeSpan? ttl = null, int port = 143, string mode = "atcp") =>
        new(Prefix.Parse(target), ttl, IpProtocol.Tcp, port, mode, "test", null);
}
