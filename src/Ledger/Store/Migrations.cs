using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// The schema as numbered steps: the files in <c>Migrations/</c>. A ledger of any earlier version is upgraded, each
/// step in a transaction. A released step never changes; each further change is a new step.
/// </summary>
internal static class Migrations
{
    /// <summary>"SBNN" in SQLite's application id; it distinguishes a ledger from other databases.</summary>
    private const long ApplicationId = 0x53424E4E;

    private static readonly string[] Steps = ReadSteps();

    /// <summary>The version of the schema that this build writes.</summary>
    public static int Latest => Steps.Length;

    /// <summary>The SQL of the steps, in order.</summary>
    public static IReadOnlyList<string> All => Steps;

    /// <summary>
    /// Upgrades the file to <see cref="Latest"/>. After a crash the file has a complete earlier version.
    /// </summary>
    public static void Apply(SqliteConnection connection, string path) => Apply(connection, path, Latest);

    /// <summary>
    /// Upgrades the file to a version, as the sbnn that wrote that version did; a file of a later version stays
    /// unchanged.
    /// </summary>
    internal static void Apply(SqliteConnection connection, string path, int version)
    {
        // SQLite formats a number with 15 digits, which is not enough to read the same value back.
        connection.CreateFunction("round_trip",
            static (double value) => value.ToString("R", CultureInfo.InvariantCulture), isDeterministic: true);

        // A step that replaces a table drops the old one, which would delete the rows that refer to it. Foreign keys
        // can only be switched off outside a transaction.
        connection.Execute("PRAGMA foreign_keys = OFF");
        while (VersionOf(connection, path) < version)
        {
            // The version is read again under the lock, because another process may be upgrading the same file.
            connection.Execute("BEGIN IMMEDIATE");
            var present = VersionOf(connection, path);
            if (present < version)
            {
                connection.Execute(
                    $"{Steps[present]} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {present + 1};");
                CheckReferences(connection, path, present);
            }

            connection.Execute("COMMIT");
        }

        connection.Execute("PRAGMA foreign_keys = ON");
    }

    /// <summary>Returns the file's version; throws when this build cannot read the file.</summary>
    /// <param name="connection">An open connection to the file.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="anyVersion">True when the reader can also read earlier versions.</param>
    public static int VersionToRead(SqliteConnection connection, string path, bool anyVersion)
    {
        var version = VersionOf(connection, path);
        if (version < Latest && (!anyVersion || version == 0))
        {
            throw new BadInputException(
                $"{path}: the ledger has version {version}, and this sbnn reads version {Latest}; upgrade the ledger "
                    + "with a command that writes it (sbnn run)");
        }

        return version;
    }

    // The references are checked before the commit, so that the file stays unchanged on an error.
    private static void CheckReferences(SqliteConnection connection, string path, int version)
    {
        if (connection.QueryFirstOrDefault<string>("SELECT \"table\" FROM pragma_foreign_key_check") is { } table)
            throw new BadInputException(
                $"{path}: the ledger has version {version} and cannot be upgraded: rows of {table} refer to missing "
                    + "rows; restore a copy made by sbnn backup");
    }

    private static int VersionOf(SqliteConnection connection, string path)
    {
        // One statement, so that all three values come from one snapshot.
        var (version, application, tables) = connection.QuerySingle<(int, long, long)>(
            """
            SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
                   (SELECT count(*) FROM sqlite_schema)
            """);
        var isEmpty = version == 0 && tables == 0;
        if (application != ApplicationId && !isEmpty)
            throw new BadInputException($"{path}: not a ledger, but another SQLite database; choose another home");
        if (version > Latest)
            throw new BadInputException(
                $"{path}: the ledger has version {version}, from a newer sbnn, and this sbnn reads versions up to "
                    + $"{Latest}; use the newer sbnn");
        return version;
    }

    private static string[] ReadSteps()
    {
        var assembly = typeof(Migrations).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        foreach (var (i, name) in names.Index())
        {
            if (!name.StartsWith($"{i + 1:D4}-", StringComparison.Ordinal))
                throw new InvalidOperationException($"migration {i + 1} is missing: found {name}");
        }

        return [.. names.Select(name =>
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return text.ReadToEnd();
        })];
    }
}
