using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests the dashboard of a real <c>sbnn run</c> in a real browser.</summary>
public sealed partial class DashboardTests : IDisposable
{
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task SweepPage_UpdatesToTheEnd_WithoutAReload()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (running, address, login) = await RunAsync(epochs: 8, "--slots", "1");

        await page.GotoAsync(login);
        await page.GotoAsync($"{address}sweeps/watched");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "watched" })).ToBeVisibleAsync();
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Trials of watched" }).Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        // The content is rendered a second time when the page's circuit starts.
        await Assertions.Expect(page.Locator("thead th")).ToHaveTextAsync(
            ["compare", "domain", "seed", "state", "epoch", "top-1", "ones", "time left", "trial"],
            new() { UseInnerText = true });
        await page.EvaluateAsync("window.sameDocument = true");

        var epoch = rows.Filter(new() { HasText = "symmetric" }).Locator("td[data-label=epoch]");
        await Assertions.Expect(epoch).ToHaveTextAsync(Epoch());
        var before = await epoch.InnerTextAsync();
        await Assertions.Expect(epoch).Not.ToHaveTextAsync(before);
        await Assertions.Expect(rows.Locator("td[data-label=top-1]").First).ToHaveTextAsync(Accuracy());
        Assert.Empty(chromium.Problems);

        Assert.Equal(0, await running.WaitAsync());
        await Assertions.Expect(page.GetByText("This run has ended")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(Path.Combine(_workplace.Out, "watched"))).ToBeVisibleAsync();
        // The page has shown the end of the sweep before the connection was lost.
        await Assertions.Expect(rows.Filter(new() { HasText = "finished" })).ToHaveCountAsync(2);
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument"));
    }

    [Fact]
    public async Task Theme_FollowsTheSystem_UntilTheUserChoosesOne()
    {
        await using var chromium = await Chromium.StartAsync(ColorScheme.Dark);
        var page = chromium.Page;
        var (_, _, login) = await RunAsync(epochs: 1000);

        await page.GotoAsync(login);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "system" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        Assert.InRange(await BrightnessAsync(page), 0, 60);
        await page.GetByRole(AriaRole.Button, new() { Name = "light" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "light" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        Assert.InRange(await BrightnessAsync(page), 200, 255);
        Assert.Empty(chromium.Problems);

        // The theme must be right even without Blazor, because otherwise the page would flash before Blazor starts.
        await page.RouteAsync("**/blazor.web*.js", static route => route.AbortAsync());
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        Assert.InRange(await BrightnessAsync(page), 200, 255);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "watched" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Filter_WorksWithTheKeyboard_AndIsKeptInTheUrl()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (_, address, login) = await RunAsync(epochs: 1000, "--slots", "1");

        await page.GotoAsync(login);
        await page.GotoAsync($"{address}sweeps/watched");
        await Assertions.Expect(page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1); // Blazor has started.
        var waiting = page.GetByRole(AriaRole.Link, new() { Name = "1 waiting", Exact = true });
        await waiting.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync($"{address}sweeps/watched?state=waiting");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("for a free slot");

        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1);
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        Assert.Empty(chromium.Problems);

        await page.GotoAsync($"{address}sweeps/none");
        await Assertions.Expect(page.GetByText("No sweep is named none")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task NodesPage_ShowsDevicesAndTakenSlots()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        var (_, address, login) = await RunAsync(epochs: 1000, "--slots", "1");

        await page.GotoAsync(login);
        await page.GetByRole(AriaRole.Link, new() { Name = "Nodes" }).ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync($"{address}nodes");
        var row = page.GetByRole(AriaRole.Table, new() { Name = "Nodes and their devices" }).Locator("tbody tr");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await Assertions.Expect(row.Locator("td[data-label=node]"))
            .ToContainTextAsync($"{Environment.MachineName} ready");
        await Assertions.Expect(row.Locator("td[data-label=device]")).ToHaveTextAsync("CPU");
        await Assertions.Expect(row.Locator("td[data-label='slots taken']")).ToHaveTextAsync("1 / 1");
        Assert.Empty(chromium.Problems);
    }

    [Fact]
    public async Task Circuit_IsFreed_WhenItsTabIsClosed()
    {
        await using var chromium = await Chromium.StartAsync();
        var (_, address, login) = await RunAsync(epochs: 1000, "--slots", "1");
        await chromium.Page.GotoAsync(login);
        // Blazor has started.
        await Assertions.Expect(chromium.Page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1);
        var tab = await chromium.Page.Context.NewPageAsync();
        await tab.GotoAsync($"{address}sweeps/watched");
        await Assertions.Expect(tab.Locator("[aria-pressed=true]")).ToHaveCountAsync(1);
        Assert.Equal(2, await ReadCircuitsAsync(address));

        // As when a user closes the tab, the page is notified. A circuit without a connection would stay for three
        // minutes.
        await tab.CloseAsync(new() { RunBeforeUnload = true });
        await Eventually.UntilAsync(async () => await ReadCircuitsAsync(address) == 1, "the tab's circuit to be freed");
    }

    private async Task<int> ReadCircuitsAsync(string address)
    {
        using var http = _workplace.Client();
        var metrics = await http.GetStringAsync(new Uri($"{address}metrics"), Workplace.Cancellation);
        return int.Parse(Circuits().Match(metrics).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private async Task<(RunningSbnn Running, string Address, string Login)> RunAsync(int epochs, params string[] more)
    {
        var running = _workplace.Start(
            _workplace.WriteSpec($$"""
                name: watched
                trial: {dataset: synthetic, train-images: 400, test-images: 100, width: 4, epochs: {{epochs}}, batch-size: 20, mixup: 0}
                axes:
                  - domain: [symmetric, learned]
                """),
            more);
        var (address, login) = await running.DashboardAsync();
        return (running, address, login);
    }

    // Returns the mean of the red, green and blue values of the page's background colour.
    private static async Task<double> BrightnessAsync(IPage page) =>
        Number().Matches(await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"))
            .Take(3).Average(static part => double.Parse(part.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\s*[1-7] / 8\s*$")]
    private static partial Regex Epoch();

    [GeneratedRegex(@"^\d+\.\d\d %$")]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"^sbnn_dashboard_circuits(?:\{.*\})? (\d+)", RegexOptions.Multiline)]
    private static partial Regex Circuits();
}
