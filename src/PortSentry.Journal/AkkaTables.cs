using PortSentry.Core;

namespace PortSentry.Journal;

/// <summary>What the rows of Akka.Persistence.Sql 1.5 hold beyond our own fields, so that its plug-in reads what we wrote.</summary>
/// <remarks>Source: Akka.Persistence.Sql 1.5.30, persistence.conf (table-mapping default, tag-write-mode TagTable), ByteArrayJournalSerializer.cs.</remarks>
public static class AkkaTables
{
    /// <summary>
    /// Written to journal.identifier and snapshot.serializer_id. The Akka edition registers a SerializerWithStringManifest with
    /// this Identifier, whose manifest is ours; without one the plug-in would take the manifest for a .NET type name. Never change it.
    /// </summary>
    public const int SerializerId = 19980701;

    // The plug-in stores DateTime.Ticks (100 ns since the year 1) in both `created` columns.
    internal static long ToTicks(Instant instant) => DateTime.UnixEpoch.Ticks + (instant.Nanoseconds / 100);

    internal static Instant FromTicks(long ticks) => new((ticks - DateTime.UnixEpoch.Ticks) * 100);
}
