using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests a sweep's life on the dashboard, from its submission to its table, and every page's access.</summary>
public sealed partial class TrialPagesTests : IDisposable
{
    private const string Spec = """
        name: life
        trial: {dataset: synthetic, train-images: 200, test-images: 100, width: 2, epochs: 120, batch-size: 20, mixup: 0}
        run: {backoff: 0s, checkpoint-every: 0s}
        seeds: 1
        table: {title: Life, columns: [top1, ones, k0], rows: [{label: "the row", where: {width: 2}}]}
        """;

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Dashboard_ShowsASweepsLife_FromItsSubmissionToItsTable()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (address, login) = await ServeAsync();
        await page.GotoAsync(login);
        await page.GetByRole(AriaRole.Link, new() { Name = "Submit", Exact = true }).ClickAsync();
        await page.GetByLabel("Spec (YAML)", new() { Exact = true }).FillAsync(Spec);
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{address}sweeps/life");

        await page.Locator("td[data-label=trial] a").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "seed 1" })).ToBeVisibleAsync();
        var epoch = page.Locator(".numbers dd").First;
        await Assertions.Expect(epoch).ToHaveTextAsync(TrainedEpochs());
        var before = await epoch.InnerTextAsync();
        await Assertions.Expect(epoch).Not.ToHaveTextAsync(before); // The page is live.
        await Assertions.Expect(page.Locator(".chart canvas")).Not.ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".log")).ToContainTextAsync("\"epoch\"");

        Assert.True(Posix.SignalGroup(Assert.Single(_workplace.LiveTrainers()).Pid, Posix.SigKill));
        var attempts = page.GetByRole(AriaRole.Table, new() { Name = "Attempts of the trial" }).Locator("tbody tr");
        await Assertions.Expect(attempts).ToHaveCountAsync(2);
        await Assertions.Expect(attempts.Last).ToContainTextAsync("signal 9");
        // On a busy machine the rest of the training takes longer than a page may take.
        await Assertions.Expect(page.Locator("header .chip")).ToHaveTextAsync("finished", new() { Timeout = 300_000 });
        await page.GetByRole(AriaRole.Slider).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Assertions.Expect(page.Locator(".slider label")).ToHaveTextAsync("Epoch 1 of 120");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("no line has this");
        await Assertions.Expect(page.GetByText("0 of")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "life", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "table", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".results tbody tr").First).ToContainTextAsync("1/1");
        await page.GetByRole(AriaRole.Link, new() { Name = "report", Exact = true }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download table.tex" }).ClickAsync());
        var latex = await File.ReadAllTextAsync(await download.PathAsync(), Workplace.Cancellation);
        // The head writes the report's folder up to a second after the page shows a result.
        await Eventually.UntilAsync(
            () => File.ReadAllText(Path.Combine(_workplace.Home, "reports", "life", "table.tex")) == latex,
            "the report's folder to have the downloaded table");
        Assert.Empty(chromium.Problems);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_HaveNoSeriousAccessibilityProblem(ColorScheme scheme)
    {
        await using var chromium = await Chromium.StartAsync(scheme);
        var page = chromium.Page;
        var (address, login) = await ServeAsync();
        var spec = Spec.Replace("epochs: 120", "epochs: 2", StringComparison.Ordinal);
        Assert.Equal(0, await _workplace.StartCommand("submit", _workplace.WriteSpec(spec)).WaitAsync());
        Assert.Equal(0, await _workplace.StartCommand("watch", "life").WaitAsync());
        await page.GotoAsync(login);
        await page.GotoAsync($"{address}sweeps/life");
        var trial = await page.Locator("td[data-label=trial] a").GetAttributeAsync("href");

        var serious = new List<string>();
        foreach (var path in (string[])
        [
            "", "sweeps/life", "sweeps/life/table", "sweeps/life/grid", "sweeps/life/parallel", "sweeps/life/scatter",
            "sweeps/life/report", trial!, $"compare?trial={trial!["trials/".Length..]}", "submit", "reports", "nodes",
        ])
        {
            await page.GotoAsync(address + path);
            await Assertions.Expect(page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1); // Blazor has started.
            await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync();
            serious.AddRange(
                from violation in (await page.RunAxe()).Violations
                where violation.Impact is "serious" or "critical"
                select $"/{path}: {violation.Id}: {violation.Help}: {Places(violation)}");
        }

        Assert.True(serious.Count == 0, string.Join('\n', serious));
    }

    private static string Places(AxeResultItem violation) =>
        string.Join(", ", violation.Nodes.Take(3).Select(static node => node.Html));

    private Task<(string Address, string Login)> ServeAsync() => _workplace.StartCommand(
        "serve", "--role", "head", "--slots", "1", "--out", _workplace.Out, "--data", _workplace.DataRoot)
        .DashboardAsync();

    [GeneratedRegex("^[1-9][0-9]* / 120$")]
    private static partial Regex TrainedEpochs();
}
