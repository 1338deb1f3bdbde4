using System.Globalization;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The weights that a finished trial leaves, as safetensors files with torch's names. The metadata have the trial's
/// key, the epoch's counts, and α = φ − τ, β = φ + τ, τ and φ (Eq. 8, 13, 15) of each binary layer. Where each filter
/// has its own τ, they have the mean of these.
/// </summary>
internal static class WeightsFile
{
    /// <summary>
    /// True when a table with <c>accuracy: best</c> reports the last of these epochs. Of epochs with equal accuracy
    /// such a table reports the first.
    /// </summary>
    public static bool EndsWithBest(TrialSpec spec, IReadOnlyList<EpochRecord> history) =>
        history.Where(epoch => SparsityTarget.IsReached(spec, epoch.Ones, epoch.Weights))
            .MaxBy(epoch => spec.SelectOn == SelectionSplit.Validation ? epoch.Validation!.Correct : epoch.Correct)
        == history[^1];

    /// <summary>Returns the file with a network's weights at the end of an epoch.</summary>
    public static byte[] Of(Network network, TrialKey trial, EpochRecord epoch) =>
        new SafetensorsFile(MetadataOf(network, trial, epoch),
        [
            .. network.named_parameters().Select(static p => Read(p.name, p.parameter)),
            .. network.named_buffers().Select(static b => Read(b.name, b.buffer)),
        ]).ToBytes();

    /// <summary>Writes the files durably, and their digests last.</summary>
    /// <param name="folder">The attempt's folder.</param>
    /// <param name="best">The file with the best weights; null when there are none.</param>
    /// <param name="last">The file with the last weights.</param>
    public static void Write(AttemptFolder folder, byte[]? best, byte[] last)
    {
        if (best is null) File.Delete(folder.BestWeights); // An earlier process of this attempt may have left it.
        else DurableFile.Write(folder.BestWeights, file => file.Write(best));
        DurableFile.Write(folder.LastWeights, file => file.Write(last));
        DurableFile.WriteJson(folder.Weights, new KeptWeights(best is null ? null : DigestOf(best), DigestOf(last)));
    }

    private static string DigestOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static Dictionary<string, string> MetadataOf(Network network, TrialKey trial, EpochRecord epoch)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt", // Some readers require the name of the framework.
            ["trial"] = trial.Hex,
            ["epoch"] = Text(epoch.Epoch),
            ["accuracy"] = Text(epoch.Accuracy),
            ["correct"] = Text(epoch.Correct),
            ["total"] = Text(epoch.Total),
            ["ones"] = Text(epoch.Ones),
            ["weights"] = Text(epoch.Weights),
            ["ones-fraction"] = Text(epoch.OnesFraction),
        };
        var names = network.named_modules().ToLookup(static m => m.module, static m => m.name);
        foreach (var (layer, counts) in network.BinaryLayers.Zip(epoch.Layers))
        {
            var name = names[layer].First();
            metadata[$"{name}.alpha"] = Text(counts.Phi - counts.Tau);
            metadata[$"{name}.beta"] = Text(counts.Phi + counts.Tau);
            metadata[$"{name}.tau"] = Text(counts.Tau);
            metadata[$"{name}.phi"] = Text(counts.Phi);
        }

        return metadata;
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static SafeTensor Read(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new SafeTensor(
            name, TypeOf(tensor.dtype), tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray());
    }

    private static string TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.Int64 => "I64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no network has tensors of this type"),
    };
}
