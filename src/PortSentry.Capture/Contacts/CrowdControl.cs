using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>Who gets memory in a flood: whoever stands out of it, which one look at one cache line decides.</summary>
internal sealed class CrowdControl(FloodMeter flood, IVantage vantage, GateCounters counters) : IDisposable
{
    private readonly Crowd _crowd = new();

    /// <summary>Notes a contact met in a flood; true when it is not to be remembered.</summary>
    public bool IsOfCrowd(in ContactKey key, uint second)
    {
        var standing = _crowd.Note(SourceKey.Fold(key.Source), (key.Destination, ((uint)key.Protocol << 16) | key.Port), second);
        if (standing == Standing.Out) return false;
        if (standing == Standing.Newcomer)
        {
            if (IsServed(key)) flood.CountClient(second);
            else flood.Count(second);
        }
        if (standing != Standing.Repeated) counters.Withheld++;
        return true;
    }

    /// <summary>Somebody answered a question that was not kept: a client is one of the crowd, and none of those who fail.</summary>
    public void NoteClient(in ContactKey key)
    {
        if (vantage.IsHome(key.Destination) && !IsServed(key)) flood.Answered();
    }

    public void Dispose() => _crowd.Dispose();

    private bool IsServed(in ContactKey key) => vantage.IsServed(key.Protocol, key.Port, key.Destination);
}
