namespace PortSentry.Daemon.Classic;

/// <summary>What a KEY="value" file says: the first definition of each key, in the file's order, and what is to be said about its lines.</summary>
public sealed record ClassicFile(string Name, IReadOnlyList<ClassicEntry> Entries, IReadOnlyList<ClassicNote> Notes)
{
    public ClassicEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);
}
