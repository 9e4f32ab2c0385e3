using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Control;

/// <summary>Reads one request; whatever the bytes, it answers with a request or a problem.</summary>
public static class ControlRequestReader
{
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out ControlRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        problem = null;
        try
        {
            request = JsonSerializer.Deserialize(line, ReportJson.Default.ControlRequest);
        }
        catch (JsonException exception)
        {
            problem = $"no request: {exception.Message}";
            return false;
        }
        if (request is { Command: not null }) return true;
        request = null;
        problem = "a request needs a command";
        return false;
    }
}
