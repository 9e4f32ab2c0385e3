namespace PortSentry.Journal;

/// <summary>
/// One step of the schema's way forward, run in one transaction with all others that are missing. A step that has been
/// released is never changed: what is wrong with it is put right by the next one.
/// </summary>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Description">Kept in the table portsentry_schema.</param>
internal sealed record SchemaStep(int Version, string Description, string Sql)
{
    /// <exception cref="JournalException">The store is of a newer version than this program knows.</exception>
    public static IEnumerable<SchemaStep> Missing(IReadOnlyList<SchemaStep> steps, int present, string store) =>
        present <= steps[^1].Version
            ? steps.Where(step => step.Version > present)
            : throw new JournalException(
                JournalFailure.TooNew,
                $"The journal {store} has schema version {present}; this program knows up to {steps[^1].Version}. Update PortSentry or use another journal.");
}
