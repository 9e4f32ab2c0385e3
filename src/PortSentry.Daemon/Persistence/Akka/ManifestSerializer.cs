using Akka.Serialization;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Daemon.Persistence.Akka;

/// <summary>
/// Our serialiser as Akka.NET sees it. In the journal the same manifests and payloads as on the built-in engine, so either edition
/// reads what the other wrote.
/// </summary>
/// <param name="identifier">Stored or sent with each payload: never changed, one for each serialiser.</param>
internal sealed class ManifestSerializer(ExtendedActorSystem system, int identifier, EventSerialiser serialiser) : SerializerWithStringManifest(system)
{
    public override int Identifier => identifier;

    public override string Manifest(object o) => serialiser.ManifestOf(o);

    public override byte[] ToBinary(object obj) => serialiser.Serialise(obj);

    /// <exception cref="InvalidDataException">Written by a newer version or damaged; the message says which.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => serialiser.Deserialise(manifest, bytes) switch
    {
        Decoded.Event decoded => decoded.Value,
        var failed => throw new InvalidDataException(failed.ToString()),
    };
}
