using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortSentry.Responders.Tls;

/// <summary>Whose certificates are believed: the system's authorities, or those of one PEM file and no others.</summary>
internal static class Trust
{
    /// <summary>Null: the system's.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">It holds no certificate.</exception>
    public static X509ChainPolicy? Of(string caFile)
    {
        if (caFile.Length == 0) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }

    /// <summary>For libraries that ask back about each certificate instead of taking a policy.</summary>
    public static bool Believes(X509ChainPolicy policy, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var chain = new X509Chain { ChainPolicy = policy };
        using var whole = new X509Certificate2(certificate);
        return chain.Build(whole);
    }
}
