using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Playwright;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Tests.EndToEnd;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// Watches the memory of the head and of the browser while two tabs are open and trials report, and whether closed tabs
/// free their circuits.
/// </summary>
internal sealed class Soak(LoadedHead head)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(10);

    private readonly List<Sample> _samples = [];

    /// <summary>Runs for some time and prints the series; returns whether closed tabs freed their circuits.</summary>
    public async Task<bool> RunAsync(TimeSpan length)
    {
        await using var chromium = await Chromium.StartAsync();
        var sweep = chromium.Page;
        await sweep.GotoAsync(head.Login.AbsoluteUri);
        await sweep.GotoAsync($"{head.Http.BaseAddress}sweeps/{MadeUpGrid.Name}");
        var trial = await sweep.Context.NewPageAsync();
        await trial.GotoAsync($"{head.Http.BaseAddress}trials/{head.Trains.Hex}");
        var browsers = await Task.WhenAll(((IPage[])[sweep, trial]).Select(ConnectAsync));

        Console.WriteLine($"\n{"s",5} {"head: working set",18} {"heap, MiB",10}   {"tabs: sweep",12} {"trial, MiB",11} "
            + "circuits");
        var began = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(Interval);
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            await tick.WaitForNextTickAsync();
            await AddSampleAsync(Stopwatch.GetElapsedTime(began), browsers);
        }

        var second = _samples[(_samples.Count / 2)..];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"slope of the second half, MiB per hour: working set {Slope(second, static one => one.WorkingSet):0.0}, "
                + $"heap {Slope(second, static one => one.Heap):0.0}; tab of the sweep "
                + $"{Slope(second, static one => one.Tabs[0]):0.0}, of the trial "
                + $"{Slope(second, static one => one.Tabs[1]):0.0}"));
        return await CloseAsync(sweep, trial);
    }

    private async Task<bool> CloseAsync(params IPage[] pages)
    {
        // As when a user closes the tab, the page is notified.
        foreach (var page in pages) await page.CloseAsync(new() { RunBeforeUnload = true });
        var closed = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await ReadCircuitsAsync() > 0)
        {
            if (Stopwatch.GetElapsedTime(closed) > LongestClosing)
            {
                Console.WriteLine(
                    $"{await ReadCircuitsAsync()} circuits are left after {LongestClosing.TotalSeconds} s");
                return false;
            }

            await tick.WaitForNextTickAsync();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"the closed tabs' circuits are freed after {Stopwatch.GetElapsedTime(closed).TotalSeconds:0.0} s"));
        return true;
    }

    private async Task AddSampleAsync(TimeSpan at, IReadOnlyList<ICDPSession> browsers)
    {
        await CollectAsync();
        using var process = Process.GetProcessById(head.Pid);
        var sample = new Sample(
            at.TotalHours, process.WorkingSet64 / (double)(1 << 20),
            await head.ReadMetricAsync("dotnet_gc_last_collection_heap_size_bytes") / (1 << 20),
            await Task.WhenAll(browsers.Select(ReadHeapAsync)));
        _samples.Add(sample);
        var circuits = await ReadCircuitsAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{at.TotalSeconds,5:0} {sample.WorkingSet,18:0.0} {sample.Heap,10:0.0}   {sample.Tabs[0],12:0.0} "
                + $"{sample.Tabs[1],11:0.0} {circuits,8}"));
    }

    private Task<double> ReadCircuitsAsync() => head.ReadMetricAsync("sbnn_dashboard_circuits");

    // A session with this keyword makes the runtime of the head collect all garbage.
    private async Task CollectAsync()
    {
        const long CollectsHeap = 0x800000;
        using var session = await new DiagnosticsClient(head.Pid).StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectsHeap)],
            requestRundown: false, circularBufferMB: 1, CancellationToken.None);
        var events = session.EventStream.CopyToAsync(Stream.Null);
        await session.StopAsync(CancellationToken.None);
        await events;
    }

    private static async Task<ICDPSession> ConnectAsync(IPage page)
    {
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("Performance.enable");
        return browser;
    }

    private static async Task<double> ReadHeapAsync(ICDPSession browser)
    {
        await browser.SendAsync("HeapProfiler.collectGarbage");
        var metrics = (await browser.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        return metrics.EnumerateArray().First(static one => one.GetProperty("name").GetString() == "JSHeapUsedSize")
            .GetProperty("value").GetDouble() / (1 << 20);
    }

    // By least squares.
    private static double Slope(IReadOnlyList<Sample> samples, Func<Sample, double> of)
    {
        var (x, y) = (samples.Average(static one => one.Hours), samples.Average(of));
        return samples.Sum(one => (one.Hours - x) * (of(one) - y)) / samples.Sum(one => Math.Pow(one.Hours - x, 2));
    }

    /// <summary>The memory at one moment, in MiB.</summary>
    private sealed record Sample(double Hours, double WorkingSet, double Heap, IReadOnlyList<double> Tabs);
}
