using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Takes the new facts of the gate, on the capture thread.</summary>
public interface IFactSink
{
    void Take(in Fact fact);

    /// <summary>A fact of one member of a network that may be scanning as a whole; it was or will be taken for the member too.</summary>
    void TakeShared(Prefix network, in Fact fact);
}
