using System.Collections.Concurrent;
using System.Diagnostics;
using PortSentry.EndToEnd.Interop.Libc;

namespace PortSentry.EndToEnd.Lab;

/// <summary>A line that a program wrote, and when it reached us.</summary>
internal readonly record struct StampedLine(DateTimeOffset At, string Text);

/// <summary>A program that runs beside the test. Its lines (both streams) are stamped as they come.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<StampedLine> _lines = new();
    private readonly string _name;

    private RunningProgram(Process process, string name, Action<StampedLine>? seen)
    {
        _process = process;
        _name = name;
        void Take(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            var stamped = new StampedLine(DateTimeOffset.UtcNow, line.Data);
            _lines.Enqueue(stamped);
            seen?.Invoke(stamped);
        }
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
    }

    public IReadOnlyCollection<StampedLine> Lines => _lines;

    public string Text => string.Join('\n', _lines.Select(line => line.Text));

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    public static RunningProgram Start(IReadOnlyList<string> command, Action<StampedLine>? seen = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var process = new Process { StartInfo = start };
        var program = new RunningProgram(process, string.Join(' ', command), seen);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return program;
    }

    /// <summary>The first line that holds <paramref name="part"/>, waiting for it.</summary>
    public async Task<StampedLine> LineAsync(string part, TimeSpan within)
    {
        StampedLine found = default;
        bool Seen()
        {
            found = _lines.FirstOrDefault(line => line.Text.Contains(part, StringComparison.Ordinal));
            return found.Text is not null;
        }
        if (await Until.TrueAsync(() => Seen() || HasExited, within) && Seen()) return found;
        var state = HasExited ? $"ended with {_process.ExitCode}" : "runs";
        throw new TimeoutException($"'{_name}' ({state}) did not print '{part}' within {within.TotalSeconds} s. It printed:\n{Text}");
    }

    /// <summary>Its exit status, or null where it still runs after <paramref name="within"/>.</summary>
    public async Task<int?> ExitAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within);
        try { await _process.WaitForExitAsync(timeout.Token); }
        catch (OperationCanceledException) { return null; }
        return _process.ExitCode;
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = Libc.kill(_process.Id, signal);
    }

    public async ValueTask DisposeAsync()
    {
        Signal(Libc.SIGTERM);
        if (await ExitAsync(TimeSpan.FromSeconds(5)) is null)
        {
            Signal(Libc.SIGKILL);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}
