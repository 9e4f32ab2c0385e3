using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PortSentry.Responders.Tests.Namespaces;

namespace PortSentry.Responders.Tests.Webhook;

/// <summary>A real web server (Kestrel) on a socket of a namespace, which answers as it is told and keeps what it got.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly NetNamespace _space = new();
    private readonly WebApplication _server;
    private readonly Socket _listening;

    private Receiver()
    {
        Socket? listening = null;
        _space.Run(() => listening = Wire.Listen("127.0.0.1", 8008));
        _listening = listening!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)_listening.Handle));
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Requests.Enqueue((context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), body.ToArray()));
            if (!Answers.TryDequeue(out var answer)) answer = 200;
            if (answer == 0) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            context.Response.StatusCode = answer;
        });
    }

    /// <summary>The next ones; 0 is none ever, and without any it is 200.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> Requests { get; } = new();

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>Connects within the namespace, whichever thread asks.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (context, stop) =>
        {
            Socket? socket = null;
            await _space.RunAsync(async () =>
            {
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
            });
            return new NetworkStream(socket!, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _listening.Dispose();
        _space.Dispose();
    }
}
