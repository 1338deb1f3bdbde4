using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Uses the dashboard by keyboard alone. Every element that gets the focus on the way must show it and have a name.
/// </summary>
public sealed partial class KeyboardTests : IDisposable
{
    private const string Busy = """
        name: busy
        trial: {dataset: synthetic, train-images: 400, test-images: 100, width: 4, epochs: 1000, mixup: 0}
        """;

    private const string Small = """
        name: small
        trial: {dataset: synthetic, train-images: 40, test-images: 100, width: 1, epochs: 3, batch-size: 10, mixup: 0}
        seeds: 3
        """;

    // The focused element: its accessible name, as far as the dashboard's elements have one, and whether it shows the
    // focus. A field may show it by an outline around its frame.
    private const string Focused = """
        () => {
          const element = document.activeElement;
          if (element === document.body) return { name: "", isShown: true, isPage: true };
          const labels = [...(element.labels ?? [])].map(label => label.innerText);
          const by = document.getElementById(element.getAttribute("aria-labelledby") ?? "")?.innerText;
          const name = element.getAttribute("aria-label") ?? by ?? labels[0] ?? (element.innerText || element.title);
          const hasOutline = at => at && (getComputedStyle(at).outlineStyle !== "none"
            || getComputedStyle(at).boxShadow !== "none");
          const isShown = hasOutline(element) || hasOutline(element.closest(":focus-within:not(body, main, html)"))
            || hasOutline(element.parentElement) || element.tabIndex < 0;
          const tag = element.outerHTML.slice(0, 200);
          return { name: name.trim().replace(/\s+/g, " "), isShown, isPage: false, tag };
        }
        """;

    private readonly Workplace _workplace = new();
    private IPage _page = null!;

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Dashboard_IsUsable_ByKeyboardAlone()
    {
        await using var chromium = await Chromium.StartAsync();
        _page = chromium.Page;
        var (_, login) = await _workplace.Start(_workplace.WriteSpec(Busy), "--slots", "3").DashboardAsync();
        await _page.GotoAsync(login);
        await Assertions.Expect(_page.Locator("[aria-pressed=true]")).ToHaveCountAsync(1); // Blazor has started.

        await GoToAsync("Skip to the content", "Shift+Tab");
        await _page.Keyboard.PressAsync("Enter");
        Assert.Equal("MAIN", await _page.EvaluateAsync<string>("document.activeElement.tagName"));

        await FollowAsync("Submit", "/submit", "Shift+Tab");
        await GoToAsync("Spec (YAML)");
        await _page.Keyboard.InsertTextAsync(Small);
        await Assertions.Expect(_page.Locator("#found")).ToContainTextAsync("small: 3 trials");
        await FollowAsync("Submit", "/sweeps/small");

        await FollowAsync("table", "/sweeps/small/table");
        await Assertions.Expect(_page.Locator(".results tbody tr").First).ToContainTextAsync("3/3");
        await FollowAsync("grid", "/sweeps/small/grid");
        await FollowAsync("report", "/sweeps/small/report");
        await GoToAsync("Download table.tex");
        var download = await _page.RunAndWaitForDownloadAsync(() => _page.Keyboard.PressAsync("Enter"));
        Assert.Contains(@"\begin{tabular}",
            await File.ReadAllTextAsync(await download.PathAsync(), Workplace.Cancellation), StringComparison.Ordinal);

        await FollowAsync("trials", "/sweeps/small", "Shift+Tab");
        await FollowAsync("seed", "/sweeps/small?sort=seed");
        await GoToAsync("Find trials", "Shift+Tab");
        await _page.Keyboard.TypeAsync("seed=2");
        await Assertions.Expect(_page.Locator("tbody tr")).ToHaveCountAsync(1);
        await GoToAsync("Compare seed 2");
        await _page.Keyboard.PressAsync("Space");
        await GoToAsync("Find trials", "Shift+Tab");
        foreach (var _ in "seed=2") await _page.Keyboard.PressAsync("Backspace");
        await Assertions.Expect(_page.Locator("tbody tr")).ToHaveCountAsync(3);
        await GoToAsync("Compare seed 3");
        await _page.Keyboard.PressAsync("Space");
        await Assertions.Expect(_page.Locator(".selection")).ToContainTextAsync("2 trials selected");
        await FollowAsync("Compare", "/compare?trial=", "Shift+Tab");
        await GoToAsync("seed 2");
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page).ToHaveURLAsync(TrialAddress());

        await GoToAsync("Epoch 3 of 3");
        await _page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(_page.Locator("#layer-epoch")).ToHaveAttributeAsync("aria-valuetext", "epoch 2");
        await GoToAsync("File", isWhole: false);
        await GoToAsync("Search", isWhole: false);
        await _page.Keyboard.TypeAsync("no such line");
        await Assertions.Expect(_page.Locator("pre.log .line")).ToHaveCountAsync(0);

        await FollowAsync("Sweeps", "/", "Shift+Tab");
        await FollowAsync("busy", "/sweeps/busy");
        await GoToAsync("Pause");
        await _page.Keyboard.PressAsync("Space");
        await Assertions.Expect(_page.Locator(".changes .outcome")).ToContainTextAsync("The sweep is paused");
        await GoToAsync("Resume");
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page.Locator(".changes .outcome")).ToContainTextAsync("Active again");
        Assert.Empty(chromium.Problems);
    }

    private async Task FollowAsync(string name, string address, string key = "Tab")
    {
        await GoToAsync(name, key);
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page).ToHaveURLAsync(
            new Regex($"^http://127\\.0\\.0\\.1:\\d+{Regex.Escape(address)}{(address.EndsWith('=') ? "" : "$")}"));
    }

    // Presses a key until an element with this name has the focus.
    private async Task GoToAsync(string name, string key = "Tab", bool isWhole = true)
    {
        var passed = new List<string>();
        while (passed.Count < 150)
        {
            await _page.Keyboard.PressAsync(key);
            var focused = await _page.EvaluateAsync<Focus>(Focused);
            Assert.True(focused.IsPage || focused.Name.Length > 0, $"an element without a name: {focused.Tag}");
            Assert.True(focused.IsShown, $"the focus is not visible: {focused.Tag}");
            if (isWhole ? focused.Name == name : focused.Name.Contains(name, StringComparison.Ordinal)) return;
            passed.Add(focused.Name);
        }

        Assert.Fail($"{key} does not reach '{name}', only: {string.Join(" | ", passed.Take(80))}");
    }

    [GeneratedRegex("/trials/[0-9a-f]{64}")]
    private static partial Regex TrialAddress();

    private sealed class Focus
    {
        public string Name { get; set; } = "";

        public bool IsShown { get; set; }

        public bool IsPage { get; set; }

        public string Tag { get; set; } = "";
    }
}
