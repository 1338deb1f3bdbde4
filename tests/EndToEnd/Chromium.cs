using Microsoft.Playwright;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// The system's Chromium with one open page, which collects the page's problems. If Chromium is not installed, the test
/// is skipped, or fails if SBNN_EXPECT names "chromium".
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _problems = [];

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") AddProblem($"console {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => AddProblem($"exception: {error}");
        page.RequestFailed += (_, request) => AddProblem($"failed: {request.Url}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400) AddProblem($"{response.Status}: {response.Url}");
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Host: not "127.0.0.1", Scheme: not "data" })
                AddProblem($"outside: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>The page's console errors, exceptions, failed requests, and requests to other hosts.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_problems) return [.. _problems];
        }
    }

    public static async Task<Chromium> StartAsync(ColorScheme system = ColorScheme.Light)
    {
        const string path = "/usr/bin/chromium";
        Expected.Require(File.Exists(path), "chromium",
            $"{path}: no such file; install Chromium (Debian: apt-get install chromium)");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        var context = await browser.NewContextAsync(new() { ColorScheme = system });
        context.SetDefaultTimeout(60_000); // The timeout is long, because pages load slowly on a busy machine.
        Assertions.SetDefaultExpectTimeout(60_000);
        return new Chromium(playwright, browser, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private void AddProblem(string what)
    {
        lock (_problems) _problems.Add(what);
    }
}
