using System.Collections.Concurrent;
using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The settings that determine a training's GPU memory and speed: model, method, width, batch size and precision, and
/// the image size of a network in ImageNet's layout. Trials of one shape need the same memory on one model of GPU.
/// </summary>
/// <param name="Text">The settings, separated by slashes: resnet18/sbnn/64/512/float32.</param>
public readonly record struct TrialShape(string Text)
{
    // A ledger with a hundred thousand trials has only a few shapes, so each is stored once.
    private static readonly
        ConcurrentDictionary<(ModelKind, MethodKind, int, int, PrecisionKind, int?), TrialShape> Known = [];

    /// <summary>A trial's shape.</summary>
    public static TrialShape Of(TrialSpec trial) => Known.GetOrAdd(
        (trial.Model, trial.Method, trial.Width, trial.BatchSize, trial.Precision,
            trial.Model.IsForImageNet() ? trial.ImageSize : null),
        static of => new(string.Create(
            CultureInfo.InvariantCulture,
            $"{EnumWords.Of(of.Item1)}/{EnumWords.Of(of.Item2)}/{of.Item3}/{of.Item4}/{EnumWords.Of(of.Item5)}")
            + (of.Item6 is { } size ? string.Create(CultureInfo.InvariantCulture, $"/{size}") : "")));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
