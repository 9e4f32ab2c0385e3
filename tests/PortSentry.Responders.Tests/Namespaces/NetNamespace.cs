using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace PortSentry.Responders.Tests.Namespaces;

/// <summary>
/// A thread of its own in a network namespace of its own (unshare(2)). Awaits come back to that thread; sockets and
/// child processes started there belong to the namespace, which goes when they and the thread have gone.
/// A thread inherits the namespace of the one that starts it, so pool threads of this process may be in any: a test that
/// opens Internet sockets does so on the thread of a namespace, never elsewhere.
/// </summary>
public sealed partial class NetNamespace : SynchronizationContext, IDisposable
{
    private const int NewNetworkNamespace = 0x40000000;

    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
    private readonly Thread _thread;
    private readonly TaskCompletionSource<int> _ready = new();

    public NetNamespace()
    {
        _thread = new Thread(Pump) { IsBackground = true, Name = "namespace" };
        _thread.Start();
        ThreadId = _ready.Task.GetAwaiter().GetResult();
        Run(() => Shell.Run("ip", "link", "set", "lo", "up"));
    }

    /// <summary>The kernel's id of the thread: ip link … netns takes it.</summary>
    public int ThreadId { get; }

    /// <summary>A veth pair between this namespace and another, addressed and up.</summary>
    public void Join(NetNamespace other, string mine, string theirs)
    {
        Run(() => Shell.Run("ip", "link", "add", "psresp0", "type", "veth", "peer", "name", "psresp1", "netns", $"{other.ThreadId}"));
        Run(() => Up("psresp0", mine));
        other.Run(() => Up("psresp1", theirs));

        static void Up(string device, string address)
        {
            Shell.Run("ip", ["addr", "add", address, "dev", device, .. address.Contains(':') ? (string[])["nodad"] : []]);
            Shell.Run("ip", "link", "set", device, "up");
        }
    }

    public void Run(Action action) => RunAsync(() =>
    {
        action();
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    public Task RunAsync(Func<Task> action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async _ =>
        {
            try
            {
                await action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, null);
        return done.Task;
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public void Dispose()
    {
        _posted.CompleteAdding();
        _thread.Join();
        _posted.Dispose();
    }

    private void Pump()
    {
        SetSynchronizationContext(this);
        if (unshare(NewNetworkNamespace) != 0)
        {
            _ready.SetException(new InvalidOperationException($"unshare: {Marshal.GetLastPInvokeErrorMessage()}; these tests need root"));
            return;
        }
        _ready.SetResult(gettid());
        foreach (var (callback, state) in _posted.GetConsumingEnumerable()) callback(state);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int gettid();
}
