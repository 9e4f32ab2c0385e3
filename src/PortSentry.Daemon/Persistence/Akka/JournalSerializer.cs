using Akka.Serialization;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>
/// What PortSentry stores, as Akka.NET's persistence sees it: the same manifests and payloads as on the built-in engine, so either
/// edition reads a journal that the other wrote.
/// </summary>
internal sealed class JournalSerializer(ExtendedActorSystem system, EventSerialiser serialiser) : SerializerWithStringManifest(system)
{
    public override int Identifier => AkkaTables.SerializerId;

    public override string Manifest(object o) => serialiser.ManifestOf(o);

    public override byte[] ToBinary(object obj) => serialiser.Serialise(obj);

    /// <exception cref="InvalidDataException">The journal was written by a newer version or is damaged; the message says which.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => serialiser.Deserialise(manifest, bytes) switch
    {
        Decoded.Event decoded => decoded.Value,
        var failed => throw new InvalidDataException(failed.ToString()),
    };
}
