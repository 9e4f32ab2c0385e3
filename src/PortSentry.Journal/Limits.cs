namespace PortSentry.Journal;

/// <summary>The column widths of Akka.Persistence.Sql's tables, held here since neither SQLite nor PostgreSQL's text enforces them.</summary>
internal static class Limits
{
    private const int PersistenceIdLength = 255;
    private const int ManifestLength = 500;
    private const int TagLength = 64;

    /// <exception cref="ArgumentException">An entry that the tables cannot hold: a bug of the caller.</exception>
    public static void Check(JournalEntry entry)
    {
        CheckId(entry.PersistenceId);
        CheckNumberAndManifest(entry.PersistenceId, entry.SequenceNr, entry.Manifest);
        for (var i = 0; i < entry.Tags.Count; i++)
        {
            var tag = entry.Tags[i];
            if (tag.Length is 0 or > TagLength || tag.Contains(';', StringComparison.Ordinal))
                throw new ArgumentException($"The tag '{tag}' of {entry.PersistenceId} must have 1 to {TagLength} characters and no ';'.");
            for (var j = 0; j < i; j++)
                if (entry.Tags[j] == tag) throw new ArgumentException($"The tag '{tag}' of {entry.PersistenceId} is given twice.");
        }
    }

    /// <inheritdoc cref="Check(JournalEntry)"/>
    public static void Check(JournalSnapshot snapshot)
    {
        CheckId(snapshot.PersistenceId);
        CheckNumberAndManifest(snapshot.PersistenceId, snapshot.SequenceNr, snapshot.Manifest);
    }

    private static void CheckId(string id)
    {
        if (id.Length is 0 or > PersistenceIdLength || id.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"A persistence id has 1 to {PersistenceIdLength} characters and no NUL; this one has {id.Length}.");
    }

    private static void CheckNumberAndManifest(string id, long sequenceNr, string manifest)
    {
        if (sequenceNr < 1)
            throw new ArgumentException($"The sequence number {sequenceNr} of {id} is below 1.");
        if (manifest.Length is 0 or > ManifestLength)
            throw new ArgumentException($"The manifest of {id} has {manifest.Length} characters; 1 to {ManifestLength} are allowed.");
    }
}
