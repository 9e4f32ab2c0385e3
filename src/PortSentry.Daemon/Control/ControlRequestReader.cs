using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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
            problem = string.Create(CultureInfo.InvariantCulture, $"no request: byte {exception.BytePositionInLine ?? 0} is not of one line of JSON such as {{\"command\":\"status\"}}");
            return false;
        }
        if (request is { Command: not null }) return true;
        request = null;
        problem = "a request needs a command";
        return false;
    }
}
