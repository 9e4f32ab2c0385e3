using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using PortSentry.Responders.Interop.Libc;

namespace PortSentry.Responders.Processes;

/// <summary>
/// Runs one program to its end: no shell, standard input empty where none is given, output thrown away where nobody asks for it, the first of
/// its complaints kept. It leads a session of its own (setsid(1)), so that a time-out can kill what it started, too.
/// </summary>
internal static class ProcessRunner
{
    // Enough for a sentence; a program that floods its standard error must not flood ours.
    private const int ComplaintBytes = 512;

    /// <param name="output">Takes all that it prints, which has to be ASCII.</param>
    /// <returns>Null when it ended with 0, else what went wrong.</returns>
    public static async Task<string?> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan timeout, TimeProvider time, CancellationToken stop, byte[]? input = null, StringBuilder? output = null)
    {
        var start = new ProcessStartInfo("setsid", ["--wait", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return $"setsid (util-linux) did not start: {e.Message}";
        }
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        var complaint = new StringBuilder();
        try
        {
            var printed = DrainAsync(process.StandardOutput.BaseStream, output, int.MaxValue, either.Token);
            var errors = DrainAsync(process.StandardError.BaseStream, complaint, ComplaintBytes, either.Token);
            await FeedAsync(process.StandardInput, input, either.Token);
            await process.WaitForExitAsync(either.Token);
            if (output is not null) await printed;
            // A child that it left behind may hold the pipes open: the program's own end counts.
            await Task.WhenAny(Task.WhenAll(printed, errors), Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None));
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            stop.ThrowIfCancellationRequested();
            return $"it did not end within {timeout.TotalSeconds:0.###} s and was killed";
        }
        if (process.ExitCode == 0) return null;
        var first = complaint.ToString().Split('\n', 2)[0].Trim();
        return process.ExitCode is 126 or 127 && first.StartsWith("setsid: ", StringComparison.Ordinal)
            ? first["setsid: ".Length..]
            : $"exit status {process.ExitCode}{(first.Length > 0 ? ": " + first : "")}";
    }

    // setsid(1) made the process lead a group of its own number; in the moment before it did, there are no children either.
    private static void Kill(Process process)
    {
        if (Libc.kill(-process.Id, Libc.SIGKILL) != 0) process.Kill(entireProcessTree: true);
    }

    private static async Task FeedAsync(StreamWriter standardInput, byte[]? input, CancellationToken stop)
    {
        try
        {
            if (input is not null) await standardInput.BaseStream.WriteAsync(input, stop);
            standardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit status says what that means.
        }
    }

    private static async Task DrainAsync(Stream stream, StringBuilder? keep, int most, CancellationToken stop)
    {
        var buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, stop)) > 0)
            if (keep is not null && keep.Length < most)
                keep.Append(Encoding.UTF8.GetString(buffer, 0, Math.Min(count, most - keep.Length)));
    }
}
