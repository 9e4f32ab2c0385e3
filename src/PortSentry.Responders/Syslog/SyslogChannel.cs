using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PortSentry.Responders.Tls;

namespace PortSentry.Responders.Syslog;

/// <summary>An open way to the receiver. Not for two callers at once.</summary>
internal sealed class SyslogChannel : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream? _stream;

    // Octet counting for the network (RFC 6587 3.4.1); a local stream socket wants a line end.
    private readonly bool _counted;

    private SyslogChannel(Socket socket, Stream? stream, bool counted) => (_socket, _stream, _counted) = (socket, stream, counted);

    /// <exception cref="SocketException">Nobody there.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not trusted.</exception>
    public static async Task<SyslogChannel> OpenAsync(SyslogOptions options, CancellationToken stop) => options.Transport switch
    {
        SyslogTransport.Local => await OpenLocalAsync(options.Path, stop),
        SyslogTransport.Udp => new(await ConnectAsync(SocketType.Dgram, ProtocolType.Udp, options, stop), null, counted: false),
        SyslogTransport.Tcp => await OpenTcpAsync(options, stop),
        _ => await OpenTlsAsync(options, stop),
    };

    /// <summary>False once the other side has closed: a write would still succeed, into nowhere.</summary>
    public bool IsOpen => _stream is null || !(_socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        if (_stream is null)
        {
            await _socket.SendAsync(message, SocketFlags.None, stop);
            return;
        }
        byte[] frame = _counted
            ? [.. Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture) + " "), .. message.Span]
            : [.. message.Span, (byte)'\n'];
        await _stream.WriteAsync(frame, stop);
        await _stream.FlushAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null && IsOpen)
        {
            // A close with unread bytes (TLS sends tickets unasked) is a reset, and a reset throws away what we just sent. So say
            // goodbye, read to the end, then close; one who does not answer gets the reset.
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                if (_stream is SslStream tls) await tls.ShutdownAsync();
                _socket.Shutdown(SocketShutdown.Send);
                var rest = new byte[1024];
                while (await _stream.ReadAsync(rest, patience.Token) > 0)
                {
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Gone already, which was the aim.
            }
        }
        if (_stream is not null) await _stream.DisposeAsync();
        _socket.Dispose();
    }

    // Nearly always a datagram socket; some loggers (old syslog-ng) offer a stream.
    private static async Task<SyslogChannel> OpenLocalAsync(string path, CancellationToken stop)
    {
        try
        {
            return new(await ConnectLocalAsync(SocketType.Dgram, path, stop), null, counted: false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ProtocolType)
        {
            var socket = await ConnectLocalAsync(SocketType.Stream, path, stop);
            return new(socket, new NetworkStream(socket), counted: false);
        }
    }

    private static async Task<Socket> ConnectLocalAsync(SocketType type, string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<SyslogChannel> OpenTcpAsync(SyslogOptions options, CancellationToken stop)
    {
        var socket = await ConnectAsync(SocketType.Stream, ProtocolType.Tcp, options, stop);
        return new(socket, new NetworkStream(socket), counted: true);
    }

    private static async Task<SyslogChannel> OpenTlsAsync(SyslogOptions options, CancellationToken stop)
    {
        var authentication = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (Trust.Of(options.CaFile) is { } policy) authentication.CertificateChainPolicy = policy;
        var socket = await ConnectAsync(SocketType.Stream, ProtocolType.Tcp, options, stop);
        var tls = new SslStream(new NetworkStream(socket));
        try
        {
            await tls.AuthenticateAsClientAsync(authentication, stop);
            return new(socket, tls, counted: true);
        }
        catch
        {
            await tls.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Socket> ConnectAsync(SocketType type, ProtocolType protocol, SyslogOptions options, CancellationToken stop)
    {
        var socket = new Socket(type, protocol);
        try
        {
            EndPoint receiver = IPAddress.TryParse(options.Host, out var address)
                ? new IPEndPoint(address, options.EffectivePort)
                : new DnsEndPoint(options.Host, options.EffectivePort);
            await socket.ConnectAsync(receiver, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
