using PortSentry.Core.Addresses;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Responses;

/// <summary>Who must never be blocked, as of now.</summary>
public interface IProtection
{
    /// <summary>Null when the target may be blocked.</summary>
    (Refusal Refusal, string Detail)? Check(Prefix target);

    /// <summary>May be blocked, but briefly, like an unproven source: its absence is felt.</summary>
    bool IsDelicate(Prefix target) => false;

    /// <summary>A service of this host served it within the last minutes. That protects nobody; many of them among the blocked say that something is wrong.</summary>
    bool IsClient(Prefix target) => false;

    /// <summary>How many such sources there are.</summary>
    int Clients => 0;
}
