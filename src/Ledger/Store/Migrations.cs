using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// The schema, as numbered steps: the files of <c>Migrations/</c>. A ledger of any earlier version is brought up to
/// date, each step in a transaction. A released step never changes: what follows is a new step.
/// </summary>
internal static class Migrations
{
    /// <summary>"SBNN" in SQLite's application id: tells a ledger from any other database.</summary>
    private const long ApplicationId = 0x53424E4E;

    private static readonly string[] Steps = ReadSteps();

    /// <summary>The version that this build writes.</summary>
    public static int Latest => Steps.Length;

    /// <summary>The steps' SQL, first to last.</summary>
    public static IReadOnlyList<string> All => Steps;

    /// <summary>Brings the file to <see cref="Latest"/>. A crash in between leaves a whole earlier version.</summary>
    public static void Apply(SqliteConnection connection, string path) => Apply(connection, path, Latest);

    /// <summary>
    /// Brings the file to a version, as the sbnn that wrote that version did; one of a later version is left as it is.
    /// </summary>
    internal static void Apply(SqliteConnection connection, string path, int version)
    {
        // SQLite's own text of a number has 15 digits.
        connection.CreateFunction("round_trip",
            static (double value) => value.ToString("R", CultureInfo.InvariantCulture), isDeterministic: true);

        // Dropping a table that others refer to, to put a new one in its place, would delete what refers to it. Off
        // only between transactions.
        connection.Execute("PRAGMA foreign_keys = OFF");
        while (VersionOf(connection, path) < version)
        {
            // Asked again under the lock: another process may be migrating the same file.
            connection.Execute("BEGIN IMMEDIATE");
            var present = VersionOf(connection, path);
            if (present < version)
            {
                connection.Execute(
                    $"{Steps[present]} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {present + 1};");
                DemandReferences(connection, path, present);
            }

            connection.Execute("COMMIT");
        }

        connection.Execute("PRAGMA foreign_keys = ON");
    }

    /// <summary>The file's version; throws when a reader of this build cannot understand the file.</summary>
    /// <param name="connection">An open connection to it.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="anyVersion">True when the reader understands earlier versions too.</param>
    public static int Demand(SqliteConnection connection, string path, bool anyVersion)
    {
        var version = VersionOf(connection, path);
        if (version < Latest && (!anyVersion || version == 0))
        {
            throw new BadInputException(
                $"{path}: the ledger is of version {version}, and this sbnn reads version {Latest}; a command that "
                    + "writes it (sbnn run) brings it up to date");
        }

        return version;
    }

    // Thrown before the commit: the file stays as it was.
    private static void DemandReferences(SqliteConnection connection, string path, int version)
    {
        if (connection.QueryFirstOrDefault<string>("SELECT \"table\" FROM pragma_foreign_key_check") is { } table)
            throw new BadInputException(
                $"{path}: the ledger is of version {version} and cannot be brought up to date: rows of {table} refer "
                    + "to rows that are not there");
    }

    private static int VersionOf(SqliteConnection connection, string path)
    {
        // One statement, so that all three are of one moment.
        var (version, application, tables) = connection.QuerySingle<(int, long, long)>(
            """
            SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
                   (SELECT count(*) FROM sqlite_schema)
            """);
        var isEmpty = version == 0 && tables == 0;
        if (application != ApplicationId && !isEmpty)
            throw new BadInputException($"{path}: a SQLite database, but not a ledger of sbnn; it is left as it is");
        if (version > Latest)
            throw new BadInputException(
                $"{path}: the ledger is of version {version}, from a newer sbnn; this one knows versions up to "
                    + $"{Latest}");
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
