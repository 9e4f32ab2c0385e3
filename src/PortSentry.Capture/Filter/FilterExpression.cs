using PortSentry.Capture.Interop.Libpcap;
using PortSentry.Capture.Packets;

namespace PortSentry.Capture.Filter;

/// <summary>A filter in the language of pcap-filter(7), compiled for one link type and run in this process.</summary>
public sealed class FilterExpression : IDisposable
{
    private const int SnapLength = 262_144;

    private readonly BpfFilter _filter;

    private FilterExpression(BpfFilter filter) => _filter = filter;

    /// <summary>The classic BPF program, 8 bytes an instruction: what SO_ATTACH_FILTER takes.</summary>
    public ReadOnlySpan<BpfInstruction> Instructions => _filter.Instructions;

    /// <exception cref="LibpcapException">A syntax error, something that the link type does not have, or no libpcap.</exception>
    public static FilterExpression Compile(LinkType link, string expression) => new(BpfFilter.Compile(link, expression, SnapLength));

    public bool Matches(ReadOnlySpan<byte> frame, int originalLength) => _filter.Matches(frame, originalLength);

    public void Dispose() => _filter.Dispose();
}
