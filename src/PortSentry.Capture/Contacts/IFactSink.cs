using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Takes the new facts of the gate, on the capture thread.</summary>
public interface IFactSink
{
    void Take(in Fact fact);
}
