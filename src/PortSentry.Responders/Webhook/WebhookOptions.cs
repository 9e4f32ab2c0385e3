namespace PortSentry.Responders.Webhook;

/// <summary>Options of the responder <c>webhook</c>.</summary>
public sealed record WebhookOptions : IResponderOptions
{
    /// <summary>http or https. A redirection is not followed.</summary>
    public string Url { get; init; } = "";

    /// <summary>
    /// Its first line is the key of the signature as Standard Webhooks writes it, "whsec_" and base64 of 24 to 64 bytes; another text of 24 to 256
    /// characters is its own key. Empty: not signed.
    /// </summary>
    public string SecretFile { get; init; } = "";

    /// <summary>What is told (<see cref="NoticeEvents"/>).</summary>
    public IReadOnlyList<string> Events { get; init; } = ["scan", "block", "unblock", "refusal", "repair", "alarm"];

    /// <summary>PEM file with the authorities to trust for https; empty: those of the system.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>For one request, 100 ms to 25 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public IEnumerable<OptionProblem> Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) yield return new("url", "an http or https address");
        if (SecretFile.Length > 0 && !Path.IsPathFullyQualified(SecretFile)) yield return new("secret-file", "an absolute path, or \"\" for no signature");
        foreach (var problem in NoticeEvents.Check(Events)) yield return problem;
        if (CaFile.Length > 0 && !Path.IsPathFullyQualified(CaFile)) yield return new("ca-file", "an absolute path, or \"\"");
        // The queue before us gives a call 30 s.
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromSeconds(25)) yield return new("timeout", "100 ms to 25 s");
    }
}
