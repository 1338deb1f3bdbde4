using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests the pages that submit, control and show sweeps, in a real browser.</summary>
public sealed partial class SweepPagesTests : IDisposable
{
    private const string Busy = """
        name: busy
        trial: {dataset: synthetic, train-images: 400, test-images: 100, width: 4, epochs: 1000, batch-size: 20, mixup: 0}
        seeds: 2
        """;

    private const string Small = """
        name: small
        trial: {dataset: synthetic, train-images: 40, test-images: 100, width: 1, epochs: 1, batch-size: 10, mixup: 0}
        run: {priority: 5}
        axes:
          - domain: [symmetric, learned]
        seeds: 2
        """;

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Controls_PauseResumeAndCancel_AndReportWhatTheyDid()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (address, login) = await RunAsync(Busy, "--slots", "1");
        await page.GotoAsync(login);
        await page.GetByRole(AriaRole.Link, new() { Name = "busy", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{address}sweeps/busy");
        var outcome = page.Locator(".outcome");

        await page.GetByLabel("Priority").FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Assertions.Expect(outcome).ToHaveTextAsync("Priority 7 (it was 0).");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).PressAsync("Enter");
        await Assertions.Expect(outcome).ToContainTextAsync("The sweep is paused");
        Assert.Equal((DesiredState.Paused, 7), await StateAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).PressAsync("Enter");
        await Assertions.Expect(outcome).ToContainTextAsync("Active again");
        Assert.Equal((DesiredState.Active, 7), await StateAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel …" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel the sweep" }))
            .ToBeFocusedAsync();
        Assert.Equal((DesiredState.Active, 7), await StateAsync());
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(outcome).ToContainTextAsync("The sweep is cancelled");
        Assert.Equal((DesiredState.Cancelled, 7), await StateAsync());
        Assert.Empty(chromium.Problems);
    }

    [Fact]
    public async Task Submission_TrainsACorrectedSpec_AndItsTableAndGridFillIn()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (address, login) = await RunAsync(Busy, "--slots", "3");
        await page.GotoAsync(login);
        await page.GetByRole(AriaRole.Link, new() { Name = "Submit", Exact = true }).ClickAsync();
        var editor = page.GetByLabel("Spec (YAML)", new() { Exact = true });

        await editor.FillAsync(Small.Replace("symmetric", "symetric", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("1 mistake");
        await Assertions.Expect(page.Locator(".mistakes li")).ToContainTextAsync("did you mean symmetric?");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }))
            .ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "line 5" }).ClickAsync();
        await Assertions.Expect(editor).ToBeFocusedAsync();
        Assert.Equal("  - domain: [symetric, learned]", await page.EvaluateAsync<string>("getSelection().toString()"));

        await page.Keyboard.TypeAsync("  - domain: [symmetric, learned]");
        await Assertions.Expect(page.Locator("#found")).ToContainTextAsync("small: 4 trials");
        await Assertions.Expect(page.Locator("#found dl")).ToContainTextAsync("new trials4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{address}sweeps/small");

        await page.GetByRole(AriaRole.Link, new() { Name = "table", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".results tbody tr").First).ToContainTextAsync("2/2");
        await page.GetByRole(AriaRole.Link, new() { Name = "grid", Exact = true }).ClickAsync();
        var grid = page.Locator(".grid tbody td");
        await Assertions.Expect(grid).ToHaveCountAsync(4);
        await Assertions.Expect(page.Locator(".grid .count").Filter(new() { HasText = "1/1" })).ToHaveCountAsync(4);
        Assert.Equal(await AccuraciesAsync(), await page.Locator(".grid .mean").AllInnerTextsAsync());
        await page.GetByLabel("Columns").SelectOptionAsync("none");
        await Assertions.Expect(grid).ToHaveCountAsync(2);
        await page.ReloadAsync(); // The address contains the choice.
        await Assertions.Expect(page.Locator(".grid .count").Filter(new() { HasText = "2/2" })).ToHaveCountAsync(2);
        Assert.Empty(chromium.Problems);
    }

    [Fact]
    public async Task Trials_AreFoundSortedAndSelected_AndTheAddressKeepsTheChoice()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (address, login) = await RunAsync(Busy.Replace("seeds: 2", "seeds: 60", StringComparison.Ordinal));
        await page.GotoAsync(login);
        await page.GotoAsync($"{address}sweeps/busy?sort=-seed");
        var rows = page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(50);
        await Assertions.Expect(rows.First.Locator("td[data-label=seed]")).ToHaveTextAsync("60");
        await Assertions.Expect(page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1); // Blazor has started.

        await page.GetByRole(AriaRole.Searchbox).FillAsync("seed=17");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await Assertions.Expect(page).ToHaveURLAsync($"{address}sweeps/busy?find=seed%3D17&sort=-seed");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Compare seed 17" }).CheckAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("seed=18");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Compare seed 18" }).CheckAsync();
        await Assertions.Expect(page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Compare" }))
            .ToHaveAttributeAsync("href", ComparisonAddress());
        Assert.Empty(chromium.Problems);
    }

    private Task<(string Address, string Login)> RunAsync(string spec, params string[] more) =>
        _workplace.Start(_workplace.WriteSpec(spec), more).DashboardAsync();

    private async Task<(DesiredState, int)> StateAsync()
    {
        using var ledger = LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        var sweep = (await ledger.FindSweepAsync("busy"))!;
        return (sweep.DesiredState, sweep.Priority);
    }

    // The accuracies of the trials in the ledger, in the order of the grid, as the page formats them.
    private async Task<IReadOnlyList<string>> AccuraciesAsync()
    {
        using var ledger = LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        return
        [
            .. (await ledger.FindOutcomeAsync("small"))!.Trials.Select(static trial =>
                FormattableString.Invariant($"{100m * trial.Reported!.Correct / trial.Reported.Total:0.00}")),
        ];
    }

    [GeneratedRegex("^compare\\?trial=[0-9a-f]{64}&trial=[0-9a-f]{64}$")]
    private static partial Regex ComparisonAddress();
}
