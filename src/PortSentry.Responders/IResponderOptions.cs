namespace PortSentry.Responders;

/// <summary>The options of a responder as the configuration binds them: public init properties with defaults, kebab-case in the file.</summary>
public interface IResponderOptions
{
    /// <summary>Everything that is out of range; empty when it can start.</summary>
    IEnumerable<OptionProblem> Check();

    /// <summary>
    /// What a responder finds its own traces by: a successor with the same takes them over, whatever else changed. With another, they are taken away
    /// first.
    /// </summary>
    string Traces => ToString() ?? "";
}

/// <param name="Key">As it stands in the configuration: kebab-case.</param>
/// <param name="Valid">What would be valid.</param>
public readonly record struct OptionProblem(string Key, string Valid);
