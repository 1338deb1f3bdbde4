using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>
/// Tests that released migrations do not change, and that this version reads and writes the same rows as commit
/// ee4ed76, an earlier version, in a ledger of version 8 (created by
/// <c>../../Core/Protocol/frozen/make-samples.sh</c>). Never change an expected value, because users' ledgers contain
/// such values.
/// </summary>
public sealed class FrozenLedgerTests : IDisposable
{
    private const string Version8 = "version-8.db";

    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Core", "Protocol", "frozen");

    private readonly LedgerFolder _folder = new();

    /// <summary>The SHA-256 of the ledger's schema after each released migration.</summary>
    public static TheoryData<int, string> Schemas { get; } = new()
    {
        { 1, "617b051cd4d1f54480b7dc5a7a494538701050ae1a587a69737879436ca13f03" },
        { 2, "bfbeb483456d1e17efad29b5763efb1f87cc02dc465950ced29040dd1a823bbe" },
        { 3, "5bf70c605ab0aa8ddacdd52017b723abebc6e93d6d9a55727944d72bcab6dd36" },
        { 4, "b8a9ee5b17b824ac08264ad27058e06c7b1282a29b3c6a953173d0a1722ce683" },
        { 5, "2244c21bd7868988818fadd687b5be1675c67ba8fd0d4844b6d41ac9fa93b537" },
        { 6, "261adb0e29d4ac96f8e7003028f5fa01ee4c790b90fa767241896093cc37b084" },
        { 7, "eee55518449380cd9c67d100f5796223c37fc65e219db4020acf91b4eabfcfdd" },
        { 8, "1dd1bed9e756d158f530ba6fa1a5491c0878aac45798f143648e40b3e2d2d25c" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Migrations_CreateTheSameSchema_ForEachReleasedVersion(int version, string sha256)
    {
        using var ledger = _folder.OpenOtherConnection();
        for (var step = 1; step <= version; step++) Migrations.Apply(ledger, _folder.Ledger, step);

        Assert.Equal(version, ledger.ExecuteScalar<int>("PRAGMA user_version"));
        Assert.Equal(0x53424E4E, ledger.ExecuteScalar<int>("PRAGMA application_id"));
        Assert.Equal(sha256, Sha256(string.Join('\n', ledger.Query<string>(
            "SELECT concat_ws('|', type, name, tbl_name, sql) FROM sqlite_schema ORDER BY type, name"))));
    }

    /// <summary>Compares rows, because the schema does not show how a migration moves them.</summary>
    [Fact]
    public void Migrations_KeepTheRows_InALedgerOfVersion1()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        using var ledger = _folder.OpenOtherConnection();
        for (var step = 2; step <= 8; step++) Migrations.Apply(ledger, _folder.Ledger, step);

        Assert.Equal("1584da48e0c35cdaf920a4cf7b4de4545cec8a25ff19d294a7db649554a77ee3",
            Sha256(RowsOf(ledger, TablesOf(ledger))));
    }

    [Theory]
    [InlineData("json_set(run_spec, '$.priority', 7)", 7)]
    [InlineData("json_remove(run_spec, '$.priority')", 0)]
    public void Migrations_ReadThePriorityFromTheRevision_InALedgerOfVersion1(string runSpec, int priority)
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        using var ledger = _folder.OpenOtherConnection();
        ledger.Execute($"UPDATE revisions SET run_spec = {runSpec}");

        Migrations.Apply(ledger, _folder.Ledger, 2);

        Assert.Equal(priority, ledger.QuerySingle<int>("SELECT priority FROM sweeps"));
    }

    [Fact]
    public async Task Open_KeepsEveryRow_InALedgerOfVersion8()
    {
        File.Copy(Kept(Version8), _folder.Ledger);
        IReadOnlyList<(string, string)> tables;
        string before;
        // The table nodes is dropped, because a later migration drops it.
        using (var kept = _folder.OpenOtherConnection())
            before = RowsOf(kept, tables = [.. TablesOf(kept).Where(static table => table.Item1 != "nodes")]);

        await using var ledger = await _folder.OpenAsync();

        using var stranger = _folder.OpenOtherConnection();
        Assert.Equal(before, RowsOf(stranger, tables));
        Assert.Empty(await ledger.Reader.AuditAsync()); // The audit finds that every result still matches its SHA-256.
    }

    [Theory]
    [InlineData("SELECT spec FROM trials", typeof(TrialSpec))]
    [InlineData("SELECT spec FROM preflights", typeof(TrialSpec))]
    [InlineData("SELECT table_spec FROM revisions", typeof(TableSpec))]
    [InlineData("SELECT run_spec FROM revisions", typeof(RunSpec))]
    public void JsonColumns_RoundTripToTheSameText_FromAnEarlierVersion(string query, Type type)
    {
        using var kept = OpenKept();
        var texts = kept.Query<string>(query).ToList();

        Assert.True(texts.Count > 1);
        Assert.Equal(texts, texts.Select(text =>
            JsonSerializer.Serialize(JsonSerializer.Deserialize(text, type, SbnnJson.Options), type,
                SbnnJson.Options)));
    }

    /// <summary>
    /// The submission of a spec that an earlier version submitted must write the same rows, so that it does not add a
    /// revision. The sweep "rich" contains trials of ReActNet-18 under <c>recipe: corrected</c>, whose recipe has
    /// version 3 now. Their keys, and the digest that covers the keys, are new.
    /// </summary>
    [Fact]
    public async Task Submit_WritesTheSameKeysColumnsAndDigest_ForTheSameSpec()
    {
        const string Revision =
            "SELECT concat_ws('|', sweep, iif(sweep = 'rich', NULL, digest), table_spec, run_spec) "
            + "FROM revisions ORDER BY sweep";
        const string Trials =
            """
            SELECT concat_ws('|', rt.sweep, rt.ordinal, iif(rt.sweep = 'rich', NULL, t.key), t.spec)
            FROM revision_trials rt JOIN trials t ON t.id = rt.trial
            ORDER BY rt.sweep, rt.ordinal
            """;
        using var kept = OpenKept();
        var digest = kept.QuerySingle<string>("SELECT DISTINCT spec ->> '$.dataDigest' FROM trials");
        await using (var ledger = await _folder.OpenAsync())
        {
            foreach (var text in kept.Query<string>("SELECT spec_text FROM revisions"))
            {
                var spec = SpecReader.Parse(text, "kept.yaml", Samples);
                await ledger.Writer.RecordRevisionAsync(SweepSubmission.Of(spec, text, spec.Expand(_ => digest)));
            }
        }

        using var written = _folder.OpenOtherConnection();
        Assert.Equal(kept.Query<string>(Revision), written.Query<string>(Revision));
        Assert.Equal(kept.Query<string>(Trials), written.Query<string>(Trials));
        Assert.Equal(
            [
                "finished 1 4f8481dc350f81614cb710cc1548ad3d4cf03a3741c46e94a38cadd48e7b1a6d",
                "kept 1 029662f9d2a81c6d2a696dfc28f92ada116cf3eba6114298e1693c90cf6a0d26",
                "open 1 f1e441cba0fc3c4e0ac764d96e1cb2d02c162f65b541ba5aa61c48a9f0e23bf0",
                "paused 1 724ab5b832ab2376b701053082efb561698b595266c907dfbf0540695cfe37e7",
                "rich 1 2cf12d33e246f33c29e007c32b23eeaf5136a005510f8cee487061ceeaf10d6a",
            ],
            written.Query<string>("SELECT concat_ws(' ', sweep, revision, digest) FROM revisions ORDER BY sweep"));
    }

    [Theory]
    [InlineData("result-plain.json")]
    [InlineData("result-rich.json")]
    public async Task Commit_WritesTheSameRows_ForTheSameResult(string name)
    {
        var earlier = DurableFile.ReadJson<TrialResult>(Path.Combine(Samples, name));
        // The key is computed again, because a raised version of the recipe changes it.
        var result = earlier with { Trial = TrialKey.Of(earlier.Spec) };
        await using (var ledger = await _folder.OpenAsync())
        {
            await ledger.Writer.RecordRevisionAsync(
                Sample.Submission("sweep", new KeyedTrial(result.Trial, result.Spec)));
            await ledger.Writer.StartAttemptAsync(new(result.Trial, 1), new("node"), 0);
            Assert.True(await ledger.Writer.CommitResultAsync(new(result.Trial, 1), result));
        }

        using var kept = OpenKept();
        using var written = _folder.OpenOtherConnection();
        foreach (var query in (string[])
            [
                "SELECT concat_ws('|', spec, state) FROM trials WHERE key = @key",
                """
                SELECT concat_ws('|', iif(@isRaised, NULL, sha256), "constraint", best_epoch, last_epoch, form)
                FROM results r JOIN trials t ON t.id = r.trial WHERE key = @key
                """,
                """
                SELECT concat_ws('|', epoch, quote(learning_rate), quote(train_loss), quote(penalty), quote(lambda),
                    quote(test_loss),
                    correct, total, ones, weights, quote(entropy), quote(k0), quote(k1), quote(bops_pr),
                        quote(bparams_pr),
                    quote(validation_loss), validation_correct, validation_total)
                FROM epochs e JOIN trials t ON t.id = e.trial WHERE key = @key ORDER BY epoch
                """,
                "SELECT layers FROM layer_counts l JOIN trials t ON t.id = l.trial WHERE key = @key ORDER BY epoch",
            ])
        {
            var isRaised = result.Trial != earlier.Trial; // A changed key also changes the digest.
            var expected = kept.Query<string>(query, new { key = earlier.Trial.Hex, isRaised }).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, written.Query<string>(query, new { key = result.Trial.Hex, isRaised }));
        }
    }

    private static string Kept(string name) => Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", name);

    // Opens a copy, because SQLite writes files beside a ledger that is read.
    private SqliteConnection OpenKept()
    {
        File.Copy(Kept(Version8), _folder.In(Version8));
        return _folder.OpenOtherConnection(_folder.In(Version8));
    }

    private static IReadOnlyList<(string Name, string Columns)> TablesOf(SqliteConnection ledger) =>
    [
        .. ledger.Query<(string, string)>(
            """
            SELECT t.name, (SELECT group_concat('"' || c.name || '"', ', ') FROM pragma_table_info(t.name) c)
            FROM sqlite_schema t WHERE t.type = 'table' ORDER BY t.name
            """),
    ];

    // Returns the rows as sorted text, because their order in the file has no meaning.
    private static string RowsOf(SqliteConnection ledger, IReadOnlyList<(string Name, string Columns)> tables) =>
        string.Join(
        '\n',
        tables.Select(table => string.Join(
            '\n',
            ledger.Query($"SELECT {table.Columns} FROM \"{table.Name}\"")
                .Select(static row => string.Join('|', ((IDictionary<string, object?>)row).Values.Select(TextOf)))
                .Order(StringComparer.Ordinal)
                .Prepend(table.Name))));

    // Returns a floating-point number as its bits, because a decimal text may lose some bits.
    private static string? TextOf(object? value) => value is double number
        ? BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
