using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The peak GPU memory of a trial shape on a GPU model.</summary>
/// <param name="Shape">The trial shape.</param>
/// <param name="Model">The GPU's model.</param>
/// <param name="PeakMiB">The peak measured while a trial was alone on its GPU, increased after a trial of the shape ran
/// out of memory.</param>
public sealed record ShapePeak(TrialShape Shape, string Model, int PeakMiB);
