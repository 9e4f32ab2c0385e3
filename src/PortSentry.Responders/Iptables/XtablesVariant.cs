namespace PortSentry.Responders.Iptables;

/// <summary>Which of the two iptables of a host: their rules do not see each other.</summary>
public enum XtablesVariant
{
    /// <summary>What the host's administrator chose (update-alternatives(1)).</summary>
    System,

    /// <summary>iptables-nft: rules in nf_tables.</summary>
    Nft,

    /// <summary>iptables-legacy: rules in x_tables.</summary>
    Legacy,
}
