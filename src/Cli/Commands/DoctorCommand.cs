using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Audit;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Silo.Doctor;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn doctor</c>: checks every invariant of the ledger and the trials' folders, and reports what to do.
/// </summary>
internal sealed class DoctorCommand : HomeCommand
{
    private readonly Option<bool> _prune = new("--prune")
    {
        Description = "Delete the checkpoints of finished trials and the incomplete files of killed processes.",
    };

    public DoctorCommand(CommandConsole console)
        : base(console, "doctor",
            "Check the ledger and the trials' folders; report each problem and how to solve it.") =>
            Add(_prune);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (findings, pruned) = await CheckAsync(call, call.Get(_prune));
        call.Print(findings, () => Lines(call.Home, findings, pruned));
        return findings.Exists(static finding => finding.Severity == Severity.Problem) ? ExitCode.SomeFailed
            : ExitCode.Done;
    }

    private static async Task<(List<Finding> Findings, int Pruned)> CheckAsync(HomeCall call, bool prune)
    {
        var home = call.Home;
        try
        {
            using var ledger = call.OpenLedger(anyVersion: true);
            var findings = (await ledger.AuditAsync()).ToList();
            if (ledger.Version < LedgerReader.LatestVersion)
            {
                findings.Add(new Finding(
                    Severity.Note, home.Ledger,
                    $"the ledger has version {ledger.Version}; this sbnn writes version {LedgerReader.LatestVersion}",
                    "nothing: the next sbnn run upgrades it"));
            }

            if (findings.Exists(static finding => finding.Place == Finding.LedgerFile)) return (findings, 0);
            var headLives = home.TryFindHead(out _);
            var audit = new ArtifactAudit(home.Trials, await ledger.ReadArtifactsAsync(), home.FindNode(), headLives);
            var pruned = prune ? audit.Prune() : 0;
            return ([.. findings, .. audit.Run()], pruned);
        }
        catch (LedgerUnavailableException error) when (!error.IsTransient)
        {
            var remedy = error.Remedy ?? "restore a copy made by sbnn backup";
            return ([new Finding(Severity.Problem, Finding.LedgerFile, error.Message, remedy)], 0);
        }
    }

    private static IEnumerable<string> Lines(HomeFolder home, List<Finding> findings, int pruned)
    {
        if (pruned > 0)
            yield return $"{Wording.Count(pruned, "file")} removed: checkpoints of finished trials, unfinished files";
        foreach (var finding in findings.OrderByDescending(static finding => finding.Severity))
        {
            yield return $"{(finding.Severity == Severity.Problem ? "problem" : "note")}: {finding.Place}: "
                + $"{finding.What}";
            yield return $"  → {finding.Remedy}";
        }

        var problems = findings.Count(static finding => finding.Severity == Severity.Problem);
        yield return problems == 0 ? $"{home.Path}: no problems" : $"{home.Path}: {Wording.Count(problems, "problem")}";
    }
}
