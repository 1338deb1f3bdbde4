using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Audit;

namespace Sbnn.Sweeps.Silo.Doctor;

/// <summary>
/// Compares the attempts' folders below a home with the ledger. A missing file is reported as a note, because the
/// ledger holds everything that tables need. A file that contradicts the ledger is reported as a problem.
/// </summary>
public sealed class ArtifactAudit(
    string trialsRoot, IReadOnlyList<AttemptArtifacts> attempts, NodeName? node, bool headLives)
{
    /// <summary>Runs the audit and returns its findings.</summary>
    public IReadOnlyList<Finding> Run()
    {
        var findings = attempts.SelectMany(AuditAttempt).Concat(AuditUnknown()).ToList();
        var (files, bytes) = Leftovers()
            .Aggregate((0, 0L), static (sum, file) => (sum.Item1 + 1, sum.Item2 + LengthOf(file)));
        if (files > 0)
        {
            findings.Add(new Finding(
                Severity.Note, trialsRoot,
                string.Create(CultureInfo.InvariantCulture,
                    $"checkpoints of finished trials or half-written files are left: {Wording.Count(files, "file")}, "
                        + $"{bytes / 1e6:0.0} MB"),
                "sbnn doctor --prune removes them"));
        }

        return findings;
    }

    /// <summary>Removes the leftover files and returns their number.</summary>
    public int Prune()
    {
        var files = Leftovers().ToList();
        files.ForEach(File.Delete);
        return files.Count;
    }

    // A trial with a committed result never resumes, so its checkpoints are not needed. Nor is a half-written file that
    // a killed process left.
    private IEnumerable<string> Leftovers() =>
        from attempt in attempts
        let folder = FolderOf(attempt)
        where Directory.Exists(folder.Path)
        from file in DurableFile.Leftovers(folder.Path)
            .Concat(attempt.State == TrialState.Finished ? folder.Checkpoints() : [])
        select file;

    private AttemptFolder FolderOf(AttemptArtifacts attempt) =>
        AttemptFolder.Of(trialsRoot, attempt.Id.Trial, attempt.Id.Attempt);

    private IEnumerable<Finding> AuditAttempt(AttemptArtifacts attempt)
    {
        var folder = FolderOf(attempt);
        var place = attempt.Id.ToString();
        if (!Directory.Exists(folder.Path))
        {
            // The folders of other nodes' attempts are on those nodes.
            if (attempt.Node == node && attempt.IsRunning && !headLives)
                yield return new Finding(
                    Severity.Note, place, "the ledger lists the attempt as running, but its folder is missing",
                    "sbnn run continues with a new attempt");
            yield break;
        }

        foreach (var finding in AuditEvents(folder, attempt, place)) yield return finding;
        if (attempt.ResultSha256 is { } committed)
        {
            if (!File.Exists(folder.Result))
                yield return new Finding(Severity.Note, place, "the attempt's result file is missing",
                    "no action is needed: the ledger holds the complete result");
            else if (Sha256Of(folder.Result) is { } found && found != committed)
                yield return new Finding(Severity.Problem, folder.Result,
                    $"the file's SHA-256 is {found}, but {committed} was committed",
                    "the ledger keeps the committed values; find out who changed the file, then delete it");
        }

        var isHeld = FileLock.IsHeld(folder.Lock);
        if (isHeld && !attempt.IsRunning && !headLives)
            yield return new Finding(Severity.Problem, place, "a trainer still runs, although the attempt has ended",
                $"the trainer exits automatically when its lease ends; {PidOf(folder)}");
        if (!isHeld && attempt.IsRunning && !headLives)
            yield return new Finding(
                Severity.Note, place, "the attempt was interrupted: neither its trainer nor a head is running",
                "sbnn run resumes the trial from its last checkpoint");
        if (isHeld || attempt.State == TrialState.Finished) yield break;
        foreach (var checkpoint in folder.Checkpoints())
        {
            if (!CheckpointFile.TryRead(checkpoint, out _, out _, out var whyNot))
                yield return new Finding(Severity.Note, checkpoint, whyNot,
                    "no action is needed: the trial resumes from an earlier checkpoint, or starts over");
        }
    }

    private static IEnumerable<Finding> AuditEvents(AttemptFolder folder, AttemptArtifacts attempt, string place)
    {
        if (!File.Exists(folder.Events))
        {
            if (attempt.LastSequence > 0)
                yield return new Finding(Severity.Note, place,
                    $"the attempt's event file is missing; the ledger has recorded {attempt.LastSequence} events",
                    "no action is needed: the ledger holds the recorded events");
            yield break;
        }

        const string NoAction = "no action is needed: the ledger keeps the recorded events";
        var isOfAnotherBoot = folder.FindMark()?.IsOfThisBoot() == false;
        var expected = 0L;
        foreach (var line in WholeLines(folder.Events))
        {
            expected++;
            var sequence = SequenceOf(line);
            if (sequence == expected) continue;
            yield return isOfAnotherBoot
                ? new Finding(Severity.Note, folder.Events,
                    $"the file ends after {expected - 1} events: the machine went down before later ones were written "
                        + "to disk",
                    NoAction)
                : new Finding(
                    Severity.Problem, folder.Events,
                    $"line {expected}: "
                        + $"{(sequence is { } found ? $"the event has sequence number {found}" : "not an event")} "
                        + $"(allowed: an event with sequence number {expected})",
                    "the ledger keeps the recorded events; find out who changed the file");
            yield break;
        }

        if (attempt.LastSequence > expected)
            yield return isOfAnotherBoot
                ? new Finding(Severity.Note, folder.Events,
                    $"the file has {expected} events, but the ledger has recorded {attempt.LastSequence}: the machine "
                        + "went down "
                        + "before later ones were written to disk", NoAction)
                : new Finding(Severity.Problem, folder.Events,
                    $"the file has {expected} events, but the ledger has recorded {attempt.LastSequence}",
                    "the ledger keeps the recorded events; find out who shortened the file");
    }

    // Folders of attempts that the ledger does not list: they belong to another ledger, or the ledger was restored from
    // an earlier backup.
    private IEnumerable<Finding> AuditUnknown()
    {
        // A head may have begun an attempt since the ledger was read.
        if (!Directory.Exists(trialsRoot) || headLives) yield break;
        var known = attempts.Select(attempt => FolderOf(attempt).Path).ToHashSet(StringComparer.Ordinal);
        foreach (var trial in Directory.EnumerateDirectories(trialsRoot).Order(StringComparer.Ordinal))
        {
            foreach (var attempt in Directory.EnumerateDirectories(trial)
                .Where(attempt => !known.Contains(Path.GetFullPath(attempt))).Order(StringComparer.Ordinal))
                yield return new Finding(Severity.Note, attempt, "the ledger does not list this attempt",
                    "delete the folder when no other ledger needs it");
        }
    }

    // The last line may be half written and is then not an event yet.
    private static IEnumerable<string> WholeLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static long? SequenceOf(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options)?.Sequence;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null; // The caller reports the line.
        }
    }

    // A head may remove files during the audit.
    private static long LengthOf(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? info.Length : 0;
    }

    private static string? Sha256Of(string file)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string PidOf(AttemptFolder folder) =>
        folder.FindMark() is { } mark ? $"its process ID is {mark.Pid}" : "its process ID is not known";
}
