using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PortSentry.Daemon.Reports;

namespace PortSentry.Daemon.Control;

/// <summary>The commands' side of the control socket.</summary>
internal static class ControlClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "control.sock");

    /// <summary>The daemon's answer, or null where none runs.</summary>
    /// <exception cref="IOException">A daemon is there and does not answer, or we may not ask it.</exception>
    public static ControlAnswer? Ask(string stateDirectory, ControlRequest request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = socket.SendTimeout = (int)Patience.TotalMilliseconds;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(PathIn(stateDirectory)));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new IOException($"{PathIn(stateDirectory)}: not permitted; ask as root, or as a member of the group in control.group", exception);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(PathIn(stateDirectory)))
        {
            return null;
        }
        catch (SocketException exception)
        {
            throw new IOException($"{PathIn(stateDirectory)}: {exception.Message}", exception);
        }
        try
        {
            socket.Send(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request, ReportJson.Default.ControlRequest) + "\n"));
            using var answer = new MemoryStream();
            using var stream = new NetworkStream(socket);
            stream.CopyTo(answer);
            return JsonSerializer.Deserialize(answer.ToArray(), ReportJson.Default.ControlAnswer) ?? throw new IOException("the daemon gave no answer");
        }
        catch (Exception exception) when (exception is SocketException or JsonException)
        {
            throw new IOException($"the daemon did not answer: {exception.Message}", exception);
        }
    }
}
