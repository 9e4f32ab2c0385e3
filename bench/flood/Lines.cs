using System.Collections.Concurrent;
using System.Diagnostics;

namespace PortSentry.Bench.Flood;

/// <summary>What a program prints, each line with the time at which it came.</summary>
internal sealed class Lines
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<(DateTime At, string Text)> _lines = [];

    public Lines(Process program)
    {
        void Take(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null) _lines.Add((DateTime.UtcNow, line.Data));
        }

        program.OutputDataReceived += Take;
        program.ErrorDataReceived += Take;
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
    }

    public long Bytes => _lines.Sum(static line => line.Text.Length + 1L);

    public DateTime? At(string part) => _lines.Where(line => line.Text.Contains(part, StringComparison.Ordinal)).Select(static line => (DateTime?)line.At).FirstOrDefault();

    public void Await(string part)
    {
        if (!SpinWait.SpinUntil(() => At(part) is not null, Patience)) throw new TimeoutException($"it did not print '{part}': {string.Join('\n', _lines.Select(static line => line.Text))}");
    }
}
