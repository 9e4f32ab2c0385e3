using System.Diagnostics;

namespace PortSentry.EndToEnd.Lab;

/// <summary>A program that has run to its end.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    /// <exception cref="TimeoutException">It was still running after <paramref name="within"/> and was ended.</exception>
    public static async Task<Finished> RunAsync(IReadOnlyList<string> command, TimeSpan within)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {command[0]}");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(within);
        try { await process.WaitForExitAsync(timeout.Token); }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', command)}' did not end within {within.TotalSeconds} s. It printed:\n{await output}{await errors}");
        }
        return new Finished(process.ExitCode, await output, await errors);
    }

    /// <summary>Its output, or an exception that shows what it said where it failed.</summary>
    public string Must() =>
        ExitCode == 0 ? Output : throw new InvalidOperationException($"exit {ExitCode}: {Errors}{Output}");
}
