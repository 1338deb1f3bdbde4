using System.Globalization;
using Microsoft.Playwright;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Tests.EndToEnd;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// Measures what a user waits for in Chromium: until a page shows its content and answers to clicks, and until an
/// action's result is shown. The browser shares the cores with the head.
/// </summary>
internal sealed class Interactions(LoadedHead head)
{
    private const string Sweep = $"sweeps/{MadeUpGrid.Name}";

    // The theme switch shows the choice once the page's circuit runs.
    private const string IsLive = "document.querySelector('[aria-pressed=true]')";

    // What a page shows when its content is there.
    private const string Trials = "document.querySelectorAll('tbody tr').length === 50";
    private const string Means = "document.querySelector('.grid .mean')";
    private const string Bounds = "document.querySelector('.bounds output')?.textContent";

    private readonly List<(string Name, Latencies Times)> _measured = [];

    /// <summary>Measures and prints the times.</summary>
    /// <param name="count">How often each action is repeated.</param>
    public async Task MeasureAsync(int count)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = chromium.Page;
        await page.GotoAsync(head.Login.AbsoluteUri);
        foreach (var (address, content) in Contents())
        {
            var (seen, live) = (Begin($"/{Short(address)}: content"), Begin($"/{Short(address)}: answers to clicks"));
            for (var i = 0; i < count; i++)
            {
                await page.GotoAsync(head.Http.BaseAddress + address, new() { WaitUntil = WaitUntilState.Commit });
                seen.Add(await WaitAsync(page, content));
                live.Add(await WaitAsync(page, IsLive));
            }
        }

        await MeasureTrialsAsync(page, count);
        await MeasureViewsAsync(page, count);
        Console.WriteLine($"\n{"in the browser, ms",-58} {"p50",7} {"p95",7}");
        foreach (var (name, times) in _measured) Console.WriteLine($"{name,-58} {times}");
        foreach (var problem in chromium.Problems.Distinct()) Console.WriteLine($"problem: {problem}");
    }

    private IEnumerable<(string Address, string Content)> Contents() =>
    [
        ("", "document.querySelector('.cards li')"),
        (Sweep, Trials),
        ($"{Sweep}/table", "document.querySelector('table.results tbody tr')"),
        ($"{Sweep}/grid", Means),
        ($"{Sweep}/parallel", Bounds),
        ($"{Sweep}/scatter", "document.querySelector('figure svg')"),
        ($"trials/{head.Trains.Hex}", "document.querySelector('.uplot')"),
        ("nodes", "document.querySelector('tbody tr')"),
    ];

    private async Task MeasureTrialsAsync(IPage page, int count)
    {
        await OpenAsync(page, Sweep, Trials);
        var search = Begin("search for a seed, with Enter");
        for (var i = 1; i <= count; i++)
        {
            search.Add(await ActAsync(page,
                $"const box = document.querySelector('input[type=search]'); box.value = 'seed={i}'; "
                    + "box.dispatchEvent(new Event('input', { bubbles: true })); box.form.requestSubmit()",
                $"document.querySelector('td[data-label=seed]')?.textContent.trim() === '{i}'"
                    + $" && location.search === '?find=seed%3D{i}'"));
        }

        await OpenAsync(page, Sweep, Trials);
        var sort = Begin("sort by a setting");
        string[] states = ["'ascending'", "'descending'", "undefined"];
        for (var i = 0; i < count; i++)
        {
            sort.Add(await ActAsync(page,
                "[...document.querySelectorAll('th a')].find(a => a.textContent.startsWith('gamma')).click()",
                $"document.querySelector('th[aria-sort]')?.getAttribute('aria-sort') === {states[i % 3]}"));
        }

        await OpenAsync(page, Sweep, Trials);
        var order = Begin("order by accuracy, or by activity");
        for (var i = 0; i < count; i++)
        {
            var name = i % 2 == 0 ? "accuracy" : "activity";
            order.Add(await ActAsync(page,
                $"[...document.querySelectorAll('.orders a')].find(a => a.textContent === '{name}').click()",
                $"document.querySelector('.orders [aria-current]')?.textContent === '{name}'"));
        }

        await OpenAsync(page, $"{Sweep}?order=grid", Trials);
        var next = Begin("next page");
        for (var i = 1; i <= count; i++)
        {
            next.Add(await ActAsync(page, "document.querySelector('.pages li:last-child button').click()",
                $"document.querySelector('.pages .value').textContent.startsWith('{(50 * i) + 1}–')"));
        }
    }

    private async Task MeasureViewsAsync(IPage page, int count)
    {
        await OpenAsync(page, $"{Sweep}/grid", Means);
        var axes = Begin("other rows of the heat map");
        for (var i = 0; i < count; i++)
        {
            var name = i % 2 == 0 ? "gamma" : "sparsity";
            axes.Add(await ActAsync(page, Choose("Rows", name),
                $"document.querySelector('.grid .corner').textContent.trim() === '{name}'"));
        }

        var values = Begin("other values of the heat map");
        for (var i = 0; i < count; i++)
        {
            var (name, heading) = i % 2 == 0 ? ("k0", "K₀") : ("top1", "top-1");
            values.Add(await ActAsync(page, Choose("Values", name),
                $"document.querySelector('.grid caption').textContent.startsWith('{heading}')"));
        }

        (string View, string Content)[] views =
        [
            ("table", "document.querySelector('table.results tbody tr')"),
            ("trials", Trials),
            ("parallel", Bounds),
            ("grid", Means),
        ];
        var opened = views.Select(view => Begin($"open the view {view.View}")).ToList();
        for (var i = 0; i < count; i++)
        {
            foreach (var (place, (view, content)) in views.Index())
            {
                opened[place].Add(await ActAsync(page,
                    $"[...document.querySelectorAll('.tabs a')].find(a => a.textContent === '{view}').click()",
                    content));
            }
        }

        await OpenAsync(page, $"{Sweep}/parallel", Bounds);
        var brush = Begin("drag along an axis of the parallel coordinates");
        for (var i = 1; i <= count; i++)
        {
            // The last axis is accuracy. The result is drawn in the frame after the move.
            brush.Add(await ActAsync(page,
                $$"""
                const canvas = document.querySelector('.plot canvas'), box = canvas.getBoundingClientRect();
                const at = (kind, y) => canvas.dispatchEvent(new PointerEvent(kind,
                    { clientX: box.right - 60, clientY: box.top + y, pointerId: 1, bubbles: true }));
                canvas.setPointerCapture = () => {};
                let frames = 0;
                at('pointerdown', 60); at('pointermove', {{100 + (10 * i)}}); at('pointerup', {{100 + (10 * i)}});
                """,
                "++frames === 2"));
        }
    }

    private static string Choose(string label, string value) =>
        $"const list = [...document.querySelectorAll('.choices label')].find(l => l.textContent.trim()"
            + $".startsWith('{label}')).querySelector('select'); list.value = '{value}'; "
            + "list.dispatchEvent(new Event('change', { bubbles: true }))";

    // When the circuit starts, it reads the content again.
    private async Task OpenAsync(IPage page, string address, string content)
    {
        await page.GotoAsync(head.Http.BaseAddress + address);
        await WaitAsync(page, $"{IsLive} && {content}");
    }

    // The time until a condition holds, since the navigation began.
    private static async Task<TimeSpan> WaitAsync(IPage page, string condition) =>
        TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(
            $"async () => {{ {Until(condition)}; return performance.now(); }}"));

    // The time from an action until a condition holds.
    private static async Task<TimeSpan> ActAsync(IPage page, string action, string condition) =>
        TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(
            $"async () => {{ const began = performance.now(); {action}; {Until(condition)}; "
                + "return performance.now() - began; }"));

    private static string Until(string condition) =>
        "await new Promise((resolve, reject) => { const limit = performance.now() + 30000; const look = () => "
            + $"({condition}) ? resolve() : performance.now() > limit ? reject(new Error({Quoted(condition)})) "
            + ": requestAnimationFrame(look); look(); })";

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private Latencies Begin(string name)
    {
        _measured.Add((name, new Latencies()));
        return _measured[^1].Times;
    }

    private string Short(string address) =>
        address.Replace(head.Trains.Hex, "RUNNING", StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture);
}
