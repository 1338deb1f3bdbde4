using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Audit;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Silo.Doctor;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn doctor</c>: checks ledger and folders for every invariant, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var (home, json) = (SharedOptions.Home(), SharedOptions.Json());
        var prune = new Option<bool>("--prune") { Description = "Remove the checkpoints of finished trials, and halves of files that killed processes left: they serve nothing any more." };
        var command = new Command("doctor", "Check the ledger and the trials' folders, and say what is wrong and what to do.") { home, json, prune };
        command.SetAction((parsed, _) => SbnnCommand.GuardAsync(async () =>
        {
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            if (!File.Exists(place.Ledger)) throw new BadInputException($"--home: there is no ledger in {place.Path}; a first `sbnn run` makes one");
            var (findings, pruned) = await CheckAsync(place, parsed.GetValue(prune));
            if (parsed.GetValue(json)) Printed.Json(findings);
            else Tell(place, findings, pruned);
            return findings.Exists(static finding => finding.Severity == Severity.Problem) ? ExitCode.SomeFailed : ExitCode.Done;
        }));
        return command;
    }

    private static async Task<(List<Finding> Findings, int Pruned)> CheckAsync(HomeFolder home, bool prune)
    {
        try
        {
            using var ledger = LedgerReader.Open(home.Ledger, anyVersion: true);
            var findings = (await ledger.AuditAsync()).ToList();
            if (ledger.Version < LedgerReader.LatestVersion)
            {
                findings.Add(new Finding(
                    Severity.Note, home.Ledger, $"the ledger is of version {ledger.Version}; this sbnn writes version {LedgerReader.LatestVersion}",
                    "nothing: sbnn run brings it up to date"));
            }

            if (findings.Exists(static finding => finding.Place == Finding.LedgerFile)) return (findings, 0);
            var audit = new ArtifactAudit(home.Trials, await ledger.ReadArtifactsAsync(), home.FindNode(), headLives: home.TryFindHead(out var _));
            var pruned = prune ? audit.Prune() : 0;
            return ([.. findings, .. audit.Run()], pruned);
        }
        catch (LedgerUnavailableException error) when (!error.IsPassing)
        {
            return ([new Finding(Severity.Problem, Finding.LedgerFile, error.Message, "restore a copy made by sbnn backup")], 0);
        }
    }

    private static void Tell(HomeFolder home, List<Finding> findings, int pruned)
    {
        if (pruned > 0) Console.Out.WriteLine($"{Wording.Count(pruned, "file")} removed: checkpoints of finished trials, halves of files");
        foreach (var finding in findings.OrderByDescending(static finding => finding.Severity))
        {
            Console.Out.WriteLine($"{(finding.Severity == Severity.Problem ? "problem" : "note")}: {finding.Place}: {finding.What}");
            Console.Out.WriteLine($"  → {finding.Remedy}");
        }

        var problems = findings.Count(static finding => finding.Severity == Severity.Problem);
        Console.Out.WriteLine(problems == 0 ? $"{home.Path}: sound" : $"{home.Path}: {problems} problem{(problems == 1 ? "" : "s")}");
    }
}
