using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;
using PortSentry.Responders;

namespace PortSentry.Daemon.Classic;

/// <summary>BLOCK_TCP and BLOCK_UDP 2: what answers a scan of that protocol is KILL_RUN_CMD alone. Blocks by hand are for all.</summary>
internal sealed class ClassicAnswers(IBlockResponder inner, ClassicOptions classic) : IBlockResponder
{
    // KILL_RUN_CMD in the configuration.
    private const string Command = "command";

    public event Action? Disturbed
    {
        add => inner.Disturbed += value;
        remove => inner.Disturbed -= value;
    }

    public string Name => inner.Name;

    public bool First => inner.First;

    public static bool AreNeeded(ClassicOptions classic) => ClassicAnswer.Command == classic.BlockTcp || ClassicAnswer.Command == classic.BlockUdp;

    public bool Takes(BlockRequest request) => (inner.Name == Command || AnswerTo(request.Protocol) != ClassicAnswer.Command) && inner.Takes(request);

    public string Describe(BlockRequest request) => inner.Describe(request);

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => inner.StartAsync(stop);

    public ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop) => inner.BlockAsync(request, stop);

    public ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop) => inner.BlockManyAsync(requests, stop);

    public ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop) => inner.UnblockAsync(target, stop);

    public ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop) => inner.ListAsync(stop);

    public ValueTask<ResponderResult?> MendAsync(CancellationToken stop) => inner.MendAsync(stop);

    public ValueTask<ResponderResult> FlushAsync(CancellationToken stop) => inner.FlushAsync(stop);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private ClassicAnswer AnswerTo(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => classic.BlockTcp,
        IpProtocol.Udp => classic.BlockUdp,
        _ => ClassicAnswer.All,
    };
}
