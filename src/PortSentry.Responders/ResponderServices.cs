using Microsoft.Extensions.Logging;

namespace PortSentry.Responders;

/// <summary>What the daemon lends to every responder.</summary>
/// <param name="Time">Turned by tests.</param>
/// <param name="Log">One catalogue: <see cref="Log"/>.</param>
public sealed record ResponderServices(TimeProvider Time, ILogger Log);
