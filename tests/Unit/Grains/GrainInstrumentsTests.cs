using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Grains;

public sealed class GrainInstrumentsTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task TrialCounts_AreMeasured_ForEveryState()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2)));

        var measured = Scrape(ledger.Reader);

        Assert.Equal(5, measured.Count(static name => name == "sbnn.trials"));
    }

    [Fact]
    public async Task TrialCounts_AreOmittedAndTheScrapeSucceeds_WhenTheLedgerIsDamaged()
    {
        await using (await _folder.OpenAsync())
        {
        }

        using var reader = LedgerReader.Open(_folder.Ledger);
        await using (var file = File.OpenWrite(_folder.Ledger)) file.Write(new byte[100]);

        var measured = Scrape(reader);

        Assert.DoesNotContain("sbnn.trials", measured);
        Assert.Equal(2, measured.Count(static name => name == "sbnn.slots"));
    }

    // Returns the names of the instruments, once for each measurement. Rethrows the exceptions of instruments.
    private List<string> Scrape(LedgerReader ledger)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        var name = typeof(GrainInstruments).Assembly.GetName().Name;
        var measured = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == name && instrument.Meter.Scope == meters)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, _, _) => measured.Add(instrument.Name));
        listener.Start();
        _ = new GrainInstruments(meters, ledger, new NodeBoard(), TimeProvider.System);
        listener.RecordObservableInstruments();
        return measured;
    }
}
