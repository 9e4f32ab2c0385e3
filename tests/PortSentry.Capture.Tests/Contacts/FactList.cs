using PortSentry.Capture.Contacts;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Tests.Contacts;

internal sealed class FactList : IFactSink
{
    public List<Fact> Facts { get; } = [];

    public long Shared { get; private set; }

    public void Take(in Fact fact) => Facts.Add(fact);

    public void TakeShared(Prefix network, in Fact fact) => Shared++;
}

internal sealed class FactCount : IFactSink
{
    public long Facts { get; private set; }

    public void Take(in Fact fact) => Facts++;

    public void TakeShared(Prefix network, in Fact fact)
    {
    }
}
