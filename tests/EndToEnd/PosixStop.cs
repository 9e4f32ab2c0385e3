using System.Runtime.InteropServices;

namespace PortSentry.EndToEnd;

/// <summary>Ctrl-C, SIGTERM and SIGHUP cancel; the program then takes down what it set up.</summary>
internal sealed class PosixStop : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    private PosixStop(PosixSignalRegistration[] registrations) => _registrations = registrations;

    public static PosixStop On(CancellationTokenSource stop)
    {
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
        return new PosixStop([.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Cancel))]);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
