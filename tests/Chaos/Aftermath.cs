using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// What must hold when a sweep is over, whatever befell it: all that a quiet run left is there, once, to the byte.
/// </summary>
internal sealed class Aftermath
{
    private readonly Dictionary<string, byte[]> _reports;
    private readonly Dictionary<TrialKey, string> _results;

    private Aftermath(Dictionary<string, byte[]> reports, Dictionary<TrialKey, string> results) =>
        (_reports, _results) = (reports, results);

    public static async Task<Aftermath> OfQuietAsync(Workplace quiet) => new(
        ReadReports(quiet), (await ReadTrialsAsync(quiet))
            .ToDictionary(static trial => trial.Key, static trial => trial.ResultSha256!));

    /// <summary>Throws <see cref="ChaosException"/> when something is not so.</summary>
    public async Task CheckAsync(Workplace workplace, FaultTally tally)
    {
        if (LiveTrainer.Find(workplace.TrialsRoots) is [var left, ..])
            throw new ChaosException($"a trainer is left behind: {left.Pid} in {left.Folder.Path}");

        var trials = await ReadTrialsAsync(workplace);
        Demand(trials.Count == _results.Count, $"{trials.Count} trials instead of {_results.Count}");
        foreach (var trial in trials) CheckTrial(workplace, trial, tally);

        var doctor = workplace.Start("doctor", "--prune", "--json");
        var isSound = await doctor.WaitAsync() == 0;
        Demand(isSound && doctor.Output.Trim() == "[]", $"sbnn doctor found in {workplace.Home}:\n{doctor.Output}");

        var reports = ReadReports(workplace);
        Demand(reports.Keys.Order().SequenceEqual(_reports.Keys.Order()),
            $"other report files: {string.Join(", ", reports.Keys.Order())}");
        foreach (var (name, bytes) in reports)
            Demand(bytes.AsSpan().SequenceEqual(_reports[name]),
                $"{Path.Combine(workplace.Reports, name)} differs from the quiet run's");
    }

    private void CheckTrial(Workplace workplace, TrialOutcome trial, FaultTally tally)
    {
        var name = trial.Key.Short;
        Demand(trial.State == TrialState.Finished, $"{name} is {trial.State}: {trial.Reason}");
        Demand(trial.ResultSha256 == _results[trial.Key], $"{name} has another result than in the quiet run");
        Demand(trial.Attempts.All(static attempt => attempt.Ending is not null),
            $"{name} has an attempt that has not ended");
        var completed = trial.Attempts.Where(static attempt => attempt.Ending == EnumWords.Of(AttemptEnding.Completed))
            .Select(static attempt => attempt.Attempt).ToList();
        var folders = (
            from attempt in trial.Attempts
            from root in workplace.TrialsRoots
            select (attempt.Attempt, Folder: AttemptFolder.Of(root, trial.Key, attempt.Attempt))).ToList();
        var written = folders.Where(static attempt => File.Exists(attempt.Folder.Result)).ToList();

        // A node that was cut off may have trained one to its end that the head had given up: it is the same to the
        // byte.
        Demand(
            completed.Count == 1 && written.Exists(attempt => attempt.Attempt == completed[0])
                && (written.Count == 1 || workplace.TrialsRoots.Count > 1),
            $"{name}: attempts that completed: {string.Join(", ", completed)}; folders with a result: "
                + $"{string.Join(", ", written.Select(static attempt => attempt.Folder.Path))}");
        foreach (var (_, folder) in written)
            Demand(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.Result))) == trial.ResultSha256,
                $"{folder.Result} is another result than the committed one");

        foreach (var attempt in trial.Attempts) tally.Ended(attempt.Ending!);
        tally.Trained(
            trial.Spec.Epochs,
            folders.Where(static attempt => File.Exists(attempt.Folder.Events))
                .Sum(static attempt => File.ReadLines(attempt.Folder.Events)
                    .Count(static line => line.Contains("\"$type\":\"epoch\"", StringComparison.Ordinal))));
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new ChaosException(otherwise);
    }

    // What differs between equal runs is all in the manifest. A killed sbnn may leave a temporary file.
    private static Dictionary<string, byte[]> ReadReports(Workplace workplace) =>
        Directory.EnumerateFiles(workplace.Reports, "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetFileName(file) != "manifest.json" && Path.GetExtension(file) != ".tmp")
        .ToDictionary(file => Path.GetRelativePath(workplace.Reports, file), File.ReadAllBytes);

    private static async Task<IReadOnlyList<TrialOutcome>> ReadTrialsAsync(Workplace workplace)
    {
        using var ledger = LedgerReader.Open(workplace.Ledger);
        return (await ledger.FindOutcomeAsync(Workplace.Sweep))!.Trials;
    }
}
