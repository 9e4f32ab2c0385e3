using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortSentry.Netlink.Interop;

namespace PortSentry.Netlink;

/// <summary>
/// Waits for a descriptor and can be woken by another thread: an eventfd beside it in poll(2). A blocking pcap_dispatch
/// could not be, its time-out is ignored on a quiet or fully filtered interface.
/// </summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly SafeFileHandle _event;

    public WakeUp()
    {
        var descriptor = Polling.eventfd(0, Polling.EFD_CLOEXEC | Polling.EFD_NONBLOCK);
        if (descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        _event = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>From any thread; also after the last wait.</summary>
    public void Wake()
    {
        var held = false;
        try
        {
            _event.DangerousAddRef(ref held);
            ulong one = 1;
            _ = Polling.write((int)_event.DangerousGetHandle(), &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The waiter is gone already: nobody to wake.
        }
        finally
        {
            if (held) _event.DangerousRelease();
        }
    }

    /// <returns>True where the descriptor has something (or an error) to read.</returns>
    public bool Wait(int descriptor, int milliseconds) => Wait(descriptor, -1, milliseconds);

    /// <param name="first">Negative: not waited for.</param>
    /// <param name="second">Likewise.</param>
    /// <returns>True where one of the descriptors has something (or an error) to read.</returns>
    public bool Wait(int first, int second, int milliseconds)
    {
        var held = false;
        try
        {
            _event.DangerousAddRef(ref held);
            var descriptors = stackalloc PollDescriptor[3];
            descriptors[0] = new PollDescriptor { Descriptor = first, Events = Polling.POLLIN };
            descriptors[1] = new PollDescriptor { Descriptor = second, Events = Polling.POLLIN };
            descriptors[2] = new PollDescriptor { Descriptor = (int)_event.DangerousGetHandle(), Events = Polling.POLLIN };
            var ready = Polling.poll(descriptors, 3, milliseconds);
            if (ready < 0 && Marshal.GetLastPInvokeError() != Polling.EINTR) throw new Win32Exception(Marshal.GetLastPInvokeError());
            if (ready > 0 && descriptors[2].Returned != 0)
            {
                ulong count;
                _ = Polling.read(descriptors[2].Descriptor, &count, sizeof(ulong));
            }

            return ready > 0 && (descriptors[0].Returned | descriptors[1].Returned) != 0;
        }
        finally
        {
            if (held) _event.DangerousRelease();
        }
    }

    public void Dispose() => _event.Dispose();
}
