using System.Diagnostics;

namespace PortSentry.Responders.Tests.Namespaces;

/// <summary>Runs a real tool and waits for it, on the calling thread (and so in its namespace).</summary>
public static class Shell
{
    /// <returns>Standard output; a failure is a failed test.</returns>
    public static string Run(string tool, params string[] arguments)
    {
        var (code, output, error) = Try(tool, arguments);
        Assert.True(code == 0, $"{tool} {string.Join(' ', arguments)} → {code}: {error}{output}");
        return output;
    }

    public static (int Code, string Output, string Error) Try(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
