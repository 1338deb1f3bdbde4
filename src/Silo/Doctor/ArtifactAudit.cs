using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Audit;

namespace Sbnn.Sweeps.Silo.Doctor;

/// <summary>
/// Compares the attempts' folders below a home with the ledger. Missing files cost nothing, because the ledger holds
/// everything that tables need. Files that contradict the ledger are a problem.
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
            // Attempts of other nodes have their folders there.
            if (attempt.Node == node && attempt.IsRunning && !headLives)
                yield return new Finding(
                    Severity.Note, place, "the ledger lists it as running, but its folder is missing",
                    "sbnn run continues with a new attempt");
            yield break;
        }

        foreach (var finding in AuditEvents(folder, attempt, place)) yield return finding;
        if (attempt.ResultSha256 is { } committed)
        {
            if (!File.Exists(folder.Result))
                yield return new Finding(Severity.Note, place, "its result file is missing",
                    "nothing: the ledger holds the complete result");
            else if (Sha256Of(folder.Result) is { } found && found != committed)
                yield return new Finding(Severity.Problem, folder.Result,
                    $"its SHA-256 is {found}, but {committed} was committed",
                    "the ledger keeps the committed values; find out who changed the file, then delete it");
        }

        var isHeld = FileLock.IsHeld(folder.Lock);
        if (isHeld && !attempt.IsRunning && !headLives)
            yield return new Finding(Severity.Problem, place, "a trainer still runs, although the attempt has ended",
                $"the trainer exits automatically when its lease ends; {PidOf(folder)}");
        if (!isHeld && attempt.IsRunning && !headLives)
            yield return new Finding(
                Severity.Note, place, "it was interrupted: neither its trainer nor a head is running",
                "sbnn run resumes it from its last checkpoint");
        if (isHeld || attempt.State == TrialState.Finished) yield break;
        foreach (var checkpoint in folder.Checkpoints())
        {
            if (!CheckpointFile.TryRead(checkpoint, out _, out _, out var whyNot))
                yield return new Finding(Severity.Note, checkpoint, whyNot,
                    "nothing: an earlier checkpoint is used, or the trial starts over and reports it");
        }
    }

    private static IEnumerable<Finding> AuditEvents(AttemptFolder folder, AttemptArtifacts attempt, string place)
    {
        if (!File.Exists(folder.Events))
        {
            if (attempt.LastSequence > 0)
                yield return new Finding(Severity.Note, place,
                    $"its event file is missing; {attempt.LastSequence} events are recorded",
                    "nothing: the ledger holds the recorded events");
            yield break;
        }

        const string Nothing = "nothing: the ledger keeps what was recorded";
        var isOfAnotherBoot = folder.FindMark()?.IsOfThisBoot() == false;
        var expected = 0L;
        foreach (var line in WholeLines(folder.Events))
        {
            expected++;
            var sequence = SequenceOf(line);
            if (sequence == expected) continue;
            yield return isOfAnotherBoot
                ? new Finding(Severity.Note, folder.Events,
                    $"it ends with {expected - 1} events: the machine went down before the others were written to disk",
                    Nothing)
                : new Finding(
                    Severity.Problem, folder.Events,
                    $"line {expected}: {(sequence is { } found ? $"its sequence is {found}" : "it is not an event")} "
                        + $"(allowed: sequence {expected})",
                    "the ledger keeps what was recorded; find out who changed the file");
            yield break;
        }

        if (attempt.LastSequence > expected)
            yield return isOfAnotherBoot
                ? new Finding(Severity.Note, folder.Events,
                    $"it holds {expected} events, but {attempt.LastSequence} are recorded: the machine went down "
                        + "before the others were written to disk", Nothing)
                : new Finding(Severity.Problem, folder.Events,
                    $"it holds {expected} events, but {attempt.LastSequence} are recorded",
                    "the ledger keeps what was recorded; find out who shortened the file");
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
            return null; // The finding reports it.
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
