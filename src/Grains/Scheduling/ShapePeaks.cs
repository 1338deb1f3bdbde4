using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>How much GPU memory trials take at most, by their shape and the model of GPU.</summary>
internal sealed class ShapePeaks
{
    // What one takes differs a little from run to run.
    private const double Margin = 1.1;

    private readonly Dictionary<(string Shape, string Model), int> _peaks = [];

    /// <summary>Notes a peak, in place of an earlier one.</summary>
    public void Set(ShapePeak peak) => _peaks[(peak.Shape.Text, peak.Model)] = peak.PeakMiB;

    /// <summary>
    /// The memory to set aside for a trial on a model of GPU, in MiB: what its spec says and what was measured, with a
    /// margin, whichever is more; null when neither is known, so that the trial has to be measured alone.
    /// </summary>
    public int? Find(in TrialDemand demand, string model)
    {
        var measured = _peaks.TryGetValue((demand.Shape, model), out var peak) ? (int)Math.Ceiling(Margin * peak) : 0;
        return Math.Max(measured, demand.MemoryMiB) is > 0 and var need ? need : null;
    }
}
