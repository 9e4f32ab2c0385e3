namespace PortSentry.Journal.Serialisation;

/// <summary>What a stored payload turned out to be.</summary>
public abstract record Decoded
{
    private Decoded()
    {
    }

    public sealed record Event(object Value) : Decoded;

    /// <summary>The manifest is unknown here: the journal was written by a newer version, or by something else.</summary>
    public sealed record Unknown(string Manifest) : Decoded
    {
        public override string ToString() => $"The journal holds an event '{Manifest}' that this version does not know: it was written by a newer PortSentry. Update, or begin a new journal.";
    }

    /// <summary>The payload is not what the manifest says.</summary>
    /// <param name="Error">Where and why it could not be read.</param>
    public sealed record Malformed(string Manifest, string Error) : Decoded
    {
        public override string ToString() => $"The journal holds an event '{Manifest}' that cannot be read: {Error}";
    }
}
