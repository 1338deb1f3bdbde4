using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// Checks a sweep that finished despite faults: its results and reports must equal those of a run without faults, byte
/// by byte, and each trial must have exactly one result.
/// </summary>
internal sealed class OutcomeCheck
{
    private readonly Dictionary<string, byte[]> _reports;
    private readonly Dictionary<TrialKey, string> _results;

    private OutcomeCheck(Dictionary<string, byte[]> reports, Dictionary<TrialKey, string> results) =>
        (_reports, _results) = (reports, results);

    public static async Task<OutcomeCheck> AgainstAsync(Workplace undisturbed) => new(
        ReadReports(undisturbed), (await ReadTrialsAsync(undisturbed))
            .ToDictionary(static trial => trial.Key, static trial => trial.ResultSha256!));

    /// <summary>Throws a <see cref="ChaosException"/> when a check fails.</summary>
    public async Task CheckAsync(Workplace workplace, FaultTally tally)
    {
        if (LiveTrainer.Find(workplace.TrialsRoots) is [var left, ..])
            throw new ChaosException($"trainer {left.Pid} still runs in {left.Folder.Path}");

        var trials = await ReadTrialsAsync(workplace);
        Require(trials.Count == _results.Count, $"the sweep has {trials.Count} trials instead of {_results.Count}");
        foreach (var trial in trials) CheckTrial(workplace, trial, tally);

        var doctor = workplace.Start("doctor", "--prune", "--json");
        var isSound = await doctor.WaitAsync() == 0;
        Require(isSound && doctor.Output.Trim() == "[]", $"sbnn doctor found in {workplace.Home}:\n{doctor.Output}");

        var reports = ReadReports(workplace);
        Require(reports.Keys.Order().SequenceEqual(_reports.Keys.Order()),
            $"unexpected list of report files: {string.Join(", ", reports.Keys.Order())}");
        foreach (var (name, bytes) in reports)
            Require(bytes.AsSpan().SequenceEqual(_reports[name]),
                $"{Path.Combine(workplace.Reports, name)} differs from that of the run without faults");
    }

    private void CheckTrial(Workplace workplace, TrialOutcome trial, FaultTally tally)
    {
        var name = trial.Key.Short;
        Require(trial.State == TrialState.Finished, $"{name} is {trial.State}: {trial.Reason}");
        Require(trial.ResultSha256 == _results[trial.Key],
            $"{name}: its result differs from that of the run without faults");
        Require(trial.Attempts.All(static attempt => attempt.Ending is not null),
            $"{name}: an attempt has not ended");
        var completed = trial.Attempts.Where(static attempt => attempt.Ending == EnumWords.Of(AttemptEnding.Completed))
            .Select(static attempt => attempt.Attempt).ToList();
        var folders = (
            from attempt in trial.Attempts
            from root in workplace.TrialsRoots
            select (attempt.Attempt, Folder: AttemptFolder.Of(root, trial.Key, attempt.Attempt))).ToList();
        var written = folders.Where(static attempt => File.Exists(attempt.Folder.Result)).ToList();

        // A node whose link was cut may have finished an attempt that the head had given up. That attempt's result
        // must equal the committed one byte by byte.
        Require(
            completed.Count == 1 && written.Exists(attempt => attempt.Attempt == completed[0])
                && (written.Count == 1 || workplace.TrialsRoots.Count > 1),
            $"{name}: attempts that completed: {string.Join(", ", completed)}; folders with a result: "
                + $"{string.Join(", ", written.Select(static attempt => attempt.Folder.Path))}");
        foreach (var (_, folder) in written)
            Require(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.Result))) == trial.ResultSha256,
                $"{folder.Result} differs from the committed result");

        foreach (var attempt in trial.Attempts) tally.CountEnding(attempt.Ending!);
        tally.CountEpochs(
            trial.Spec.Epochs,
            folders.Where(static attempt => File.Exists(attempt.Folder.Events))
                .Sum(static attempt => File.ReadLines(attempt.Folder.Events)
                    .Count(static line => line.Contains("\"$type\":\"epoch\"", StringComparison.Ordinal))));
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ChaosException(problem);
    }

    // Omits the manifest and the page, whose times and attempts differ between equal runs, and temporary files, which a
    // killed sbnn may leave.
    private static Dictionary<string, byte[]> ReadReports(Workplace workplace) =>
        Directory.EnumerateFiles(workplace.Reports, "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetFileName(file) is not ("manifest.json" or "index.html")
            && Path.GetExtension(file) != ".tmp")
        .ToDictionary(file => Path.GetRelativePath(workplace.Reports, file), File.ReadAllBytes);

    private static async Task<IReadOnlyList<TrialOutcome>> ReadTrialsAsync(Workplace workplace)
    {
        using var ledger = LedgerReader.Open(workplace.Ledger);
        return (await ledger.FindOutcomeAsync(Workplace.Sweep))!.Trials;
    }
}
