using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The page of the reports: for each sweep its files, to read and to download.</summary>
public sealed partial class ReportsPage
{
    private IReadOnlyList<SweepSummary> _sweeps = [];

    private protected override async Task<Action> ReadAsync()
    {
        var sweeps = await Feed.ReadSweepsAsync();
        return () => _sweeps = sweeps;
    }

    private static string AddressOf(SweepSummary sweep, string file) => $"api/v1/sweeps/{sweep.Name}/{file}";
}
