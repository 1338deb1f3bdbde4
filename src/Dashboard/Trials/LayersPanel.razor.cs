using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>
/// The binary layers of a trial at one epoch: kernels by Hamming weight, and the domain. A slider moves through the
/// epochs; at its end the panel follows the training.
/// </summary>
public sealed partial class LayersPanel : IDisposable
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan LongestPlay = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _closed = new();
    private IReadOnlyList<LayerRecord> _layers = [];
    private int _shown;
    private bool _followsLast = true;
    private bool _isPlaying;
    private (TrialKey Trial, int Epoch, bool IsChanging) _read;

    /// <summary>The trial.</summary>
    [Parameter, EditorRequired]
    public TrialKey Trial { get; set; }

    /// <summary>The trained epochs, ascending.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<int> Epochs { get; set; } = [];

    /// <summary>True while the trial trains, so that an epoch may be trained again after a restart.</summary>
    [Parameter]
    public bool IsChanging { get; set; }

    [Inject]
    private LedgerReader Ledger { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private int IndexOfShown => Math.Max(0, Epochs.Index().FirstOrDefault(epoch => epoch.Item == _shown).Index);

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        if (Epochs.Count == 0) return Task.CompletedTask;
        // A resumed attempt may train the last epochs again; until then they are not recorded.
        if (_followsLast || _shown > Epochs[^1]) _shown = Epochs[^1];
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        var requested = (Trial, _shown, IsChanging);
        if (_read == requested) return;
        try
        {
            var epochs = await Ledger.ReadEpochsAsync(Trial, _shown - 1, 1, withLayers: true);
            if (requested != (Trial, _shown, IsChanging)) return; // The slider moved during the read.
            (_read, _layers) = (requested, epochs is [{ Metrics: var epoch }] && epoch.Epoch == _shown
                ? epoch.Layers : []);
        }
        catch (LedgerUnavailableException)
        {
            // The page itself reports the problem; the last layers stay.
        }
    }

    private Task MoveAsync(ChangeEventArgs moved)
    {
        _isPlaying = false;
        return ShowAsync(int.Parse((string)moved.Value!, CultureInfo.InvariantCulture));
    }

    private Task ShowAsync(int index)
    {
        var place = Math.Clamp(index, 0, Epochs.Count - 1);
        (_shown, _followsLast) = (Epochs[place], place == Epochs.Count - 1);
        return ReadAsync();
    }

    // Shows the epochs one after another, and skips some of a long training.
    private async Task PlayAsync()
    {
        _isPlaying = !_isPlaying;
        if (!_isPlaying) return;
        var step = Math.Max(1, (int)Math.Ceiling(Epochs.Count * (FrameInterval / LongestPlay)));
        using var pace = new PeriodicTimer(FrameInterval, Time);
        try
        {
            var index = IndexOfShown == Epochs.Count - 1 ? 0 : IndexOfShown;
            for (; _isPlaying; index += step)
            {
                await ShowAsync(index);
                StateHasChanged();
                if (index >= Epochs.Count - 1) _isPlaying = false;
                else await pace.WaitForNextTickAsync(_closed.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    private static IEnumerable<double> SharesOf(LayerRecord layer)
    {
        var kernels = Math.Max(1, layer.Hamming.Sum());
        return layer.Hamming.Select(count => (double)count / kernels);
    }

    private static string Description(LayerRecord layer) => $"Layer {layer.Order}, kernels by number of ones: "
        + string.Join(", ", layer.Hamming.Select((_, ones) => $"{ones}: {KernelShare(layer, ones)}"));

    private static string BarTitle(LayerRecord layer, int ones) => string.Create(CultureInfo.InvariantCulture,
        $"{ones} ones: {layer.Hamming[ones]:N0} kernels, {KernelShare(layer, ones)}");

    private static string KernelShare(LayerRecord layer, int ones) =>
        layer.Hamming.Count == 0 ? "–" : Percent(layer.Hamming[ones], layer.Hamming.Sum());

    private static string Percent(long part, long whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0} %");

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Value(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
