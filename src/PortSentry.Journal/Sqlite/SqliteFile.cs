using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace PortSentry.Journal.Sqlite;

/// <summary>The file before SQLite works with it: its mode, its soundness, and what happens to a damaged one.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Damaged files kept for a look; on a dying disk each start may leave another one.
    private const int KeptAside = 3;

    /// <summary>Left beside the file when damage is met in use, so that the next open checks the whole file.</summary>
    public static string SuspectMark(string file) => file + ".suspect";

    /// <summary>Makes the file, or sees to its mode. SQLite gives the log and its index the mode of the file.</summary>
    public static void Prepare(string file, ILogger logger)
    {
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            File.Open(file, options).Dispose();
            return;
        }

        if (OperatingSystem.IsWindows()) return;

        foreach (var path in Parts(file))
        {
            if (!File.Exists(path)) continue;
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~OwnerOnly) == 0) continue;
            File.SetUnixFileMode(path, OwnerOnly);
            logger.ModeTightened(path, Convert.ToString((int)mode, 8));
        }
    }

    /// <summary>Null, or why the file cannot be worked with. A missing or empty file is sound.</summary>
    public static string? Damage(SqliteJournalOptions options, ILogger logger)
    {
        if (!File.Exists(options.File)) return null;
        var length = new FileInfo(options.File).Length;
        if (length == 0) return null;
        if (!HasHeader(options.File)) return "it is no SQLite database";
        try
        {
            using var session = SqliteSession.OpenWriter(options);
            var suspect = File.Exists(SuspectMark(options.File));
            var damage = suspect || length <= options.QuickCheckLimit ? QuickCheck(session) : Glance(session);
            if (damage is null && suspect)
            {
                File.Delete(SuspectMark(options.File));
                logger.Sound(options.File);
            }

            return damage;
        }
        catch (SqliteException fault) when (fault.IsCorrupt())
        {
            return fault.Message;
        }
    }

    /// <summary>Moves the file and its log away under a name that says when.</summary>
    /// <returns>The file's new name.</returns>
    public static string MoveAside(string file, DateTimeOffset now)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{file}.corrupt-{now:yyyyMMdd'T'HHmmss'Z'}");
        for (var i = 2; File.Exists(aside); i++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{file}.corrupt-{now:yyyyMMdd'T'HHmmss'Z'}-{i}");
        // The log first: left alone beside a fresh file it would be taken for that file's log.
        foreach (var (from, to) in Parts(file).Zip(Parts(aside)).Reverse())
            if (File.Exists(from)) File.Move(from, to);
        File.Delete(SuspectMark(file));
        DropOldest(file);
        return aside;
    }

    public static void MarkSuspect(string file)
    {
        try
        {
            File.WriteAllBytes(SuspectMark(file), []);
        }
        catch (IOException)
        {
            // The disk is failing; the next start still looks at both ends of every table.
        }
        catch (UnauthorizedAccessException)
        {
            // The directory became read-only: the failure itself is reported, the mark is only a help.
        }
    }

    public static IEnumerable<string> Parts(string file) => [file, file + "-shm", file + "-wal"];

    // The header string of https://www.sqlite.org/fileformat.html 1.3.
    private static bool HasHeader(string file)
    {
        Span<byte> header = stackalloc byte[16];
        using var stream = File.OpenRead(file);
        return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header.SequenceEqual("SQLite format 3\0"u8);
    }

    private static string? QuickCheck(SqliteSession session)
    {
        var check = session["PRAGMA quick_check(1)"];
        try
        {
            return check.Step() && check.Text(0) is not "ok" and var damage ? damage : null;
        }
        finally
        {
            check.Reset();
        }
    }

    // Both ends of each b-tree: finds a cut-off file and a broken upper page in a few page reads, whatever the size.
    private static string? Glance(SqliteSession session)
    {
        if (SqliteSchema.Version(session) == 0) return null;
        foreach (var (table, order) in new[]
        {
            ("journal", "ordering"), ("journal", "persistence_id, sequence_number"), ("tags", "rowid"), ("tags", "ordering_id, tag"),
            ("tags", "tag, ordering_id"), ("tags", "persistence_id, sequence_nr"), ("snapshot", "rowid"), ("snapshot", "persistence_id, sequence_number"),
        })
        {
            session[$"SELECT * FROM {table} ORDER BY {order} LIMIT 1"].Run();
            session[$"SELECT * FROM {table} ORDER BY {order.Replace(",", " DESC,", StringComparison.Ordinal)} DESC LIMIT 1"].Run();
        }

        return null;
    }

    private static void DropOldest(string file)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var names = Directory.GetFiles(directory, Path.GetFileName(file) + ".corrupt-*")
            .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SkipLast(KeptAside);
        foreach (var path in names.SelectMany(Parts)) File.Delete(path);
    }
}
