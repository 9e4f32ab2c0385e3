using System.Globalization;
using PortSentry.Core;
using PortSentry.Responders;

namespace PortSentry.Daemon.Classic;

/// <summary>
/// HISTORY_FILE and BLOCKED_FILE: a line for each block that came into force, once, however many responders hold it. 1.2 writes the line
/// also where nothing was blocked (BLOCK_TCP="0"); here it means what it says.
/// </summary>
/// <param name="modes">Whose blocked files are emptied at the start.</param>
/// <param name="names">Null: addresses only.</param>
internal sealed class ClassicBlockReporter(ClassicBlockFiles files, IReadOnlyList<string> modes, HostNames? names) : INoticeResponder
{
    // Every block ends with a notice, so this is bounded by the blocks in force; the limit is for ends that got lost.
    private const int MostRemembered = 100_000;
    private readonly HashSet<Address> _written = [];

    public string Name => "classic-files";

    public ValueTask<ResponderResult> StartAsync(CancellationToken stop) => ValueTask.FromResult(Try(() => files.Start(modes)));

    public async ValueTask<ResponderResult> NotifyAsync(Notice notice, CancellationToken stop)
    {
        if (notice.Source is not { } source) return ResponderResult.Done;
        if (notice.Event == "unblock") _written.Remove(source);
        if (notice.Event != "block" || !TryRead(notice, out var port, out var protocol, out var mode) || _written.Contains(source)) return ResponderResult.Done;
        if (_written.Count >= MostRemembered) _written.Clear();
        var name = names is null ? null : await names.NameOfAsync(source, stop);
        var result = Try(() => files.Write(notice.At, name, source, port, protocol, mode));
        if (result.Ok) _written.Add(source);
        return result;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A block by hand has neither port nor protocol: the classic format has no words for it.
    private static bool TryRead(Notice notice, out ushort port, out IpProtocol protocol, out string mode)
    {
        port = 0;
        protocol = default;
        mode = notice.Fields.GetValueOrDefault("mode", "");
        return ushort.TryParse(notice.Fields.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && Enum.TryParse(notice.Fields.GetValueOrDefault("protocol"), ignoreCase: true, out protocol)
            && (ClassicModes.Tcp.Contains(mode) || ClassicModes.Udp.Contains(mode));
    }

    private static ResponderResult Try(Action write)
    {
        try
        {
            write();
            return ResponderResult.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ResponderResult.Later($"classic.history-file or classic.blocked-file: {exception.Message}");
        }
    }
}
