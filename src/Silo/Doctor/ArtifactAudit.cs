using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Audit;

namespace Sbnn.Sweeps.Silo.Doctor;

/// <summary>
/// Compares the attempts' folders below a home with what the ledger says of them. What is missing costs nothing, for
/// the ledger holds all that tables need; what contradicts the ledger is a problem.
/// </summary>
public sealed class ArtifactAudit(
    string trialsRoot, IReadOnlyList<AttemptArtifacts> attempts, NodeName? node, bool headLives)
{
    /// <summary>What was found.</summary>
    public IReadOnlyList<Finding> Run()
    {
        var findings = attempts.SelectMany(AuditAttempt).Concat(AuditStrangers()).ToList();
        var (files, bytes) = Leftovers()
            .Aggregate((0, 0L), static (sum, file) => (sum.Item1 + 1, sum.Item2 + LengthOf(file)));
        if (files > 0)
        {
            findings.Add(new Finding(
                Severity.Note, trialsRoot,
                string.Create(CultureInfo.InvariantCulture,
                    $"checkpoints of finished trials or halves of files are left: {Wording.Count(files, "file")}, "
                        + $"{bytes / 1e6:0.0} MB"),
                "sbnn doctor --prune removes them"));
        }

        return findings;
    }

    /// <summary>Removes what <see cref="Leftovers"/> names; gives how many files.</summary>
    public int Prune()
    {
        var files = Leftovers().ToList();
        files.ForEach(File.Delete);
        return files.Count;
    }

    // Checkpoints serve to go on. A trial with a committed result never does. And nobody goes on with a half that a
    // killed process left.
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
            // Other nodes keep theirs.
            if (attempt.Node == node && attempt.IsRunning && !headLives)
                yield return new Finding(Severity.Note, place, "it is running by the ledger, but has no folder here",
                    "sbnn run goes on with a new attempt");
            yield break;
        }

        foreach (var finding in AuditEvents(folder, attempt, place)) yield return finding;
        if (attempt.ResultSha256 is { } committed)
        {
            if (!File.Exists(folder.Result))
                yield return new Finding(Severity.Note, place, "the file of its result is gone",
                    "nothing: the ledger holds all of it");
            else if (Sha256Of(folder.Result) is { } found && found != committed)
                yield return new Finding(Severity.Problem, folder.Result,
                    $"its SHA-256 is {found}, and {committed} was committed",
                    "the ledger's figures are those that were committed; find out who changed the file, then "
                        + "delete it");
        }

        var isHeld = FileLock.IsHeld(folder.Lock);
        if (isHeld && !attempt.IsRunning && !headLives)
            yield return new Finding(Severity.Problem, place, "a trainer still trains here, though the attempt is over",
                $"it leaves by itself when its lease ends; {PidOf(folder)}");
        if (!isHeld && attempt.IsRunning && !headLives)
            yield return new Finding(Severity.Note, place, "it was interrupted: no trainer and no head are there",
                "sbnn run goes on from its last checkpoint");
        if (isHeld || attempt.State == TrialState.Finished) yield break;
        foreach (var checkpoint in folder.Checkpoints())
        {
            if (!CheckpointFile.TryRead(checkpoint, out _, out _, out var whyNot))
                yield return new Finding(Severity.Note, checkpoint, whyNot,
                    "nothing: the one before it is used, or the trial starts afresh and says so");
        }
    }

    private static IEnumerable<Finding> AuditEvents(AttemptFolder folder, AttemptArtifacts attempt, string place)
    {
        if (!File.Exists(folder.Events))
        {
            if (attempt.LastSequence > 0)
                yield return new Finding(Severity.Note, place,
                    $"its events are gone, of which {attempt.LastSequence} are recorded",
                    "nothing: the ledger holds what they said");
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
                    $"it ends with {expected - 1} events: the machine went down before the others were on the disk",
                    Nothing)
                : new Finding(
                    Severity.Problem, folder.Events,
                    $"line {expected} has the sequence "
                        + $"{sequence?.ToString(CultureInfo.InvariantCulture) ?? "of no event"}",
                    "the ledger keeps what was recorded; find out who changed the file");
            yield break;
        }

        if (attempt.LastSequence > expected)
            yield return isOfAnotherBoot
                ? new Finding(Severity.Note, folder.Events,
                    $"it holds {expected} events, and {attempt.LastSequence} are recorded: the machine went down "
                        + "before the others were on the disk", Nothing)
                : new Finding(Severity.Problem, folder.Events,
                    $"it holds {expected} events, and {attempt.LastSequence} are recorded",
                    "the ledger keeps what was recorded; find out who cut the file");
    }

    // Whoever is not in the ledger: of another ledger, or of one that was restored to an earlier moment.
    private IEnumerable<Finding> AuditStrangers()
    {
        // A head may have begun an attempt since the ledger was read.
        if (!Directory.Exists(trialsRoot) || headLives) yield break;
        var known = attempts.Select(attempt => FolderOf(attempt).Path).ToHashSet(StringComparer.Ordinal);
        foreach (var trial in Directory.EnumerateDirectories(trialsRoot).Order(StringComparer.Ordinal))
        {
            foreach (var attempt in Directory.EnumerateDirectories(trial)
                .Where(attempt => !known.Contains(Path.GetFullPath(attempt))).Order(StringComparer.Ordinal))
                yield return new Finding(Severity.Note, attempt, "the ledger knows of no such attempt",
                    "delete the folder when no other ledger needs it");
        }
    }

    // The last line may be half written: it is no event yet.
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
            return null; // The finding says so.
        }
    }

    // A head may remove files while they are looked at.
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
        folder.FindMark() is { } mark ? $"its process is {mark.Pid}" : "its process is not known";
}
