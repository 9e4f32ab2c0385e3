namespace PortSentry.Responders;

/// <summary>The outcome of one answer.</summary>
/// <param name="Error">The thing that failed and the next step; null when <paramref name="Ok"/>.</param>
/// <param name="Retryable">True where the same call may succeed later without a change of configuration.</param>
public readonly record struct ResponderResult(bool Ok, string? Error, bool Retryable)
{
    public static readonly ResponderResult Done = new(true, null, false);

    /// <summary>A later attempt may succeed.</summary>
    public static ResponderResult Later(string error) => new(false, error, true);

    /// <summary>Trying again is of no use until somebody changes something.</summary>
    public static ResponderResult Never(string error) => new(false, error, false);
}
