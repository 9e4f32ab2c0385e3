using PortSentry.Capture.Interop.Libpcap;

namespace PortSentry.Capture.Sources.Rings;

/// <summary>Classic BPF by hand: Documentation/networking/filter.rst of the kernel.</summary>
internal static class RingPrograms
{
    private const ushort ReturnConstant = 0x06;

    public static BpfInstruction[] Everything(int snapLength) => [Return((uint)snapLength)];

    /// <summary>What a filter accepts is cut to the snap length: its result is how many bytes the kernel keeps.</summary>
    public static BpfInstruction[] Cut(ReadOnlySpan<BpfInstruction> filter, int snapLength)
    {
        var program = filter.ToArray();
        foreach (ref var instruction in program.AsSpan())
            if (instruction.Code == ReturnConstant && instruction.Operand != 0) instruction = Return((uint)snapLength);
        return program;
    }

    private static BpfInstruction Return(uint bytes) => new(ReturnConstant, 0, 0, bytes);
}
