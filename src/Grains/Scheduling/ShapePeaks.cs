using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>The peak GPU memory of trials, by their shape and the GPU's model.</summary>
internal sealed class ShapePeaks
{
    // A trial's peak differs slightly from run to run.
    private const double Margin = 1.1;

    private readonly Dictionary<(string Shape, string Model), int> _peaks = [];

    /// <summary>Records a peak and replaces an earlier one.</summary>
    public void Set(ShapePeak peak) => _peaks[(peak.Shape.Text, peak.Model)] = peak.PeakMiB;

    /// <summary>
    /// The memory in MiB to set aside for a trial on a GPU model: the larger of its spec's value and the measured peak
    /// with a margin. Null when neither is known, so that the trial must be measured alone.
    /// </summary>
    public int? Find(in TrialDemand demand, string model)
    {
        var measured = _peaks.TryGetValue((demand.Shape, model), out var peak) ? (int)Math.Ceiling(Margin * peak) : 0;
        return Math.Max(measured, demand.MemoryMiB) is > 0 and var need ? need : null;
    }
}
