using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger;

/// <summary>Writes a sweep's revision with its trials: up to a hundred thousand of them in one transaction.</summary>
internal sealed class RevisionRows(SqliteConnection connection) : IDisposable
{
    // Equal keys can differ in where their images lie; the newest word on that is the one to use.
    private readonly Statement _putTrial = new(
        connection,
        """
        INSERT INTO trials (key, spec) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET spec = excluded.spec, state = iif(state = 'withdrawn', 'waiting', state)
            WHERE spec <> excluded.spec OR state = 'withdrawn'
        """);

    private readonly Statement _putRevisionTrial = new(
        connection,
        """
        INSERT INTO revision_trials (sweep, revision, ordinal, trial) SELECT ?, ?, ?, id FROM trials WHERE key = ?
        """);

    /// <summary>Records the submission as the sweep's next revision, unless it equals the latest.</summary>
    public RecordedRevision Record(SweepSubmission submission, long now)
    {
        var digest = DigestOf(submission);
        var latest = connection.QuerySingleOrDefault<(int Revision, string Digest)>(
            "SELECT r.revision, r.digest FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision WHERE s.name = @Name",
            new { submission.Name });
        var revision = latest.Digest == digest ? latest.Revision : latest.Revision + 1;
        PutRevision(submission, revision, digest, now);

        var known = CountTrials();
        for (var ordinal = 0; ordinal < submission.Trials.Count; ordinal++)
        {
            var trial = submission.Trials[ordinal];
            _putTrial.With(trial.Key.Hex).With(JsonSerializer.Serialize(trial.Spec, SbnnJson.Options)).Run();
            if (revision > latest.Revision) _putRevisionTrial.With(submission.Name).With(revision).With(ordinal).With(trial.Key.Hex).Run();
        }

        var added = CountTrials() - known;
        var withdrawn = revision > latest.Revision ? WithdrawUnwanted(submission.Name, latest.Revision) : 0;
        var counts = CountStates(submission.Name, revision);
        return new RecordedRevision(
            revision, added, counts.GetValueOrDefault("waiting"), counts.GetValueOrDefault("running"), counts.GetValueOrDefault("finished"),
            counts.GetValueOrDefault("failed"), withdrawn);
    }

    public void Dispose()
    {
        _putTrial.Dispose();
        _putRevisionTrial.Dispose();
    }

    /// <summary>What makes a revision: trials, their order, table and limits. The text is not part of it: a changed comment is no new revision.</summary>
    public static string DigestOf(SweepSubmission submission)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var trial in submission.Trials) hash.AppendData(Encoding.UTF8.GetBytes(trial.Key.Hex));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(submission.Table, SbnnJson.Options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(submission.Run, SbnnJson.Options));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void PutRevision(SweepSubmission submission, int revision, string digest, long now) => connection.Execute(
        """
        INSERT INTO sweeps (name, revision, created_at) VALUES (@Name, @revision, @now)
            ON CONFLICT (name) DO UPDATE SET revision = excluded.revision;
        INSERT INTO revisions (sweep, revision, spec_text, table_spec, run_spec, digest, recorded_at, trace_parent)
            VALUES (@Name, @revision, @SpecText, @table, @run, @digest, @now, @TraceParent)
            ON CONFLICT (sweep, revision) DO UPDATE SET
                spec_text = excluded.spec_text, trace_parent = coalesce(trace_parent, excluded.trace_parent);
        """,
        new
        {
            submission.Name,
            revision,
            submission.SpecText,
            submission.TraceParent,
            digest,
            now,
            table = JsonSerializer.Serialize(submission.Table, SbnnJson.Options),
            run = JsonSerializer.Serialize(submission.Run, SbnnJson.Options),
        });

    // What runs is left to finish: its result is of use to whoever asks again.
    private int WithdrawUnwanted(string sweep, int before) => connection.Execute(
        """
        UPDATE trials SET state = 'withdrawn', not_before = NULL
        WHERE state = 'waiting'
          AND id IN (SELECT trial FROM revision_trials WHERE sweep = @sweep AND revision = @before)
          AND NOT EXISTS (
            SELECT 1 FROM revision_trials rt JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision WHERE rt.trial = trials.id)
        """,
        new { sweep, before });

    private int CountTrials() => connection.QuerySingle<int>("SELECT count(*) FROM trials");

    private Dictionary<string, int> CountStates(string sweep, int revision) => connection.Query<(string State, int Count)>(
        """
        SELECT t.state, count(*) FROM revision_trials rt JOIN trials t ON t.id = rt.trial
        WHERE rt.sweep = @sweep AND rt.revision = @revision GROUP BY t.state
        """,
        new { sweep, revision }).ToDictionary(static row => row.State, static row => row.Count);
}
