using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Actors;

/// <summary>The policies in force; a reload replaces them while actors run.</summary>
public sealed class LivePolicy(DetectionPolicy detection, ResponsePolicy response)
{
    private volatile DetectionPolicy _detection = detection;
    private volatile ResponsePolicy _response = response;

    public DetectionPolicy Detection => _detection;

    public ResponsePolicy Response => _response;

    public void Replace(DetectionPolicy newDetection, ResponsePolicy newResponse)
    {
        _detection = newDetection;
        _response = newResponse;
    }
}
