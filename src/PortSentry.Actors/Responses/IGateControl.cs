using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Responses;

/// <summary>The way back from the answers to the gates; thread-safe, never blocks.</summary>
public interface IGateControl
{
    /// <summary>A block came into force.</summary>
    void Block(Prefix target);

    /// <summary>A block ended or the source was forgiven.</summary>
    void Forget(Prefix target);
}
