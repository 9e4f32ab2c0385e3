
namespace PortSentry.Actors.Responses;

/// <summary>Asks the responders how they are without holding their parent up.</summary>
internal static class ResponseHealth
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void Ask(IReadOnlyList<IActorRef> responders, ResponseStatus status, IActorRef asker) =>
        AskAsync(responders, status).PipeTo(asker);

    private static async Task<ResponseStatus> AskAsync(IReadOnlyList<IActorRef> responders, ResponseStatus status)
    {
        var answers = await Task.WhenAll(responders.Select(AskOneAsync));
        return status with { Responders = [.. answers] };
    }

    // One that does not answer is busy with a call that hangs: that is its health.
    private static async Task<ResponderHealth> AskOneAsync(IActorRef responder)
    {
        try
        {
            return await responder.Ask<ResponderHealth>(GetResponseStatus.Instance, Patience);
        }
        catch (AskTimeoutException)
        {
            return new ResponderHealth(responder.Path.Name, false, "busy with a call that does not return", 0, 0);
        }
    }
}
