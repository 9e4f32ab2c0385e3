using PortSentry.Core.Addresses;

namespace PortSentry.Responders;

/// <summary>
/// Something that keeps an address out. Expected failures are values; an exception is a bug. A responder may be
/// called by one caller at a time or by several: it guards its own state.
/// </summary>
public interface IBlockResponder : IAsyncDisposable
{
    /// <summary>The name in the configuration: "nftables".</summary>
    string Name { get; }

    /// <summary>True where it wants its turn before the others (KILL_RUN_CMD_FIRST).</summary>
    bool First => false;

    /// <summary>False: this block is none of its business (BLOCK_TCP and BLOCK_UDP 2 are for the command alone).</summary>
    bool Takes(BlockRequest request) => true;

    /// <summary>
    /// The classic line for a block that took: "attackalert: Host ADDR has been blocked via …", without ident. A dry run
    /// prints it instead.
    /// </summary>
    string Describe(BlockRequest request);

    /// <summary>Installs what it needs. Idempotent; what a former process left in force stays in force.</summary>
    ValueTask<ResponderResult> StartAsync(CancellationToken stop);

    /// <summary>Idempotent: blocking again sets the time to live anew.</summary>
    ValueTask<ResponderResult> BlockAsync(BlockRequest request, CancellationToken stop);

    /// <summary>As many single blocks, in as few transactions as the responder can. On failure some may be in force.</summary>
    ValueTask<ResponderResult> BlockManyAsync(IReadOnlyList<BlockRequest> requests, CancellationToken stop);

    /// <summary>Idempotent: lifting what is not held is a success.</summary>
    ValueTask<ResponderResult> UnblockAsync(Prefix target, CancellationToken stop);

    /// <summary>What is truly in force now, read from the kernel or the file; null where nobody can tell.</summary>
    ValueTask<IReadOnlyList<Prefix>?> ListAsync(CancellationToken stop);

    /// <summary>Raised on any thread where it can hear of it: somebody else touched what is ours. Time to mend and compare.</summary>
    event Action? Disturbed
    {
        add { }
        remove { }
    }

    /// <summary>
    /// Puts back what carries its blocks (table, chain, rule) where somebody else took it away or changed it; the blocks themselves are the
    /// caller's to compare. Null where nothing was amiss.
    /// </summary>
    ValueTask<ResponderResult?> MendAsync(CancellationToken stop) => ValueTask.FromResult<ResponderResult?>(null);

    /// <summary>Removes every trace of ours and nothing else. Works without a start.</summary>
    ValueTask<ResponderResult> FlushAsync(CancellationToken stop);
}
