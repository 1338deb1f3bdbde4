using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The most GPU memory that trials of a shape take on a model of GPU.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Model">The model.</param>
/// <param name="PeakMiB">What was measured of one that was alone, or more after one ran out of memory.</param>
public sealed record ShapePeak(TrialShape Shape, string Model, int PeakMiB);
