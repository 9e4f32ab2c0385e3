using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace PortSentry.Daemon.Wiring;

/// <summary>The daemon's own log by Serilog: standard error, or a file that rolls by size.</summary>
internal static class Logging
{
    private const long LargestFile = 16 << 20;
    private const int FilesKept = 4;
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    public static ILoggerFactory Create(LogOptions options)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(options.Level switch
        {
            LogLevel.Trace => LogEventLevel.Verbose,
            LogLevel.Debug => LogEventLevel.Debug,
            LogLevel.Warning => LogEventLevel.Warning,
            LogLevel.Error => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        });
        configuration = options.File is { } file
            ? configuration.WriteTo.File(file, outputTemplate: Template, fileSizeLimitBytes: LargestFile, rollOnFileSizeLimit: true, retainedFileCountLimit: FilesKept)
            : configuration.WriteTo.Console(outputTemplate: Template, standardErrorFromLevel: LogEventLevel.Verbose);
        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }
}
