using PortSentry.EndToEnd.Interop.Libc;

namespace PortSentry.EndToEnd.Lab;

/// <summary>One of the two hosts: a network namespace of iproute2 with an address of each family.</summary>
internal sealed record Host(string Namespace, string Interface, string Ethernet, string Address, string Address6)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public IReadOnlyList<string> Command(params IEnumerable<string> command) => ["ip", "netns", "exec", Namespace, .. command];

    public Task<Finished> RunAsync(params IEnumerable<string> command) => Finished.RunAsync(Command(command), Patience);

    public RunningProgram Start(IEnumerable<string> command, Action<StampedLine>? seen = null) => RunningProgram.Start(Command(command), seen);

    /// <summary>
    /// Runs a function on a thread of its own inside the namespace. A socket made there belongs to the namespace for life,
    /// whichever thread uses it later.
    /// </summary>
    public Task<T> InsideAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{Namespace}");
                if (Libc.setns(handle, Libc.CLONE_NEWNET) != 0) throw new InvalidOperationException($"cannot enter {Namespace}: errno {System.Runtime.InteropServices.Marshal.GetLastPInvokeError()}");
                done.SetResult(work());
            }
#pragma warning disable CA1031 // whatever the work throws belongs to the caller, not to this thread
            catch (Exception failure) { done.SetException(failure); }
#pragma warning restore CA1031
        }) { IsBackground = true, Name = Namespace }.Start();
        return done.Task;
    }
}
