using System.Runtime.InteropServices;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Writes and restores an attempt's checkpoints. A checkpoint contains everything on which the rest of the training
/// depends and which cannot be computed from the trial's settings. It also contains the best weights so far, if they
/// are kept. The last two checkpoints are kept, so that little training is lost when the last one is incomplete.
/// </summary>
internal sealed class Checkpoints(AttemptFolder folder, TrialKey trial, string dataDigest, string deviceClass)
{
    private readonly List<string> _own = []; // Checkpoints that this run wrote or resumed from, oldest first.

    /// <summary>
    /// Restores the newest usable checkpoint into the network and the optimizer. Returns null when no checkpoint is
    /// usable. If the newest checkpoint was not used, <paramref name="skipped"/> has the reason.
    /// </summary>
    public TrainingState? TryRestore(Network network, Adam adam, out string? skipped)
    {
        skipped = null;
        var tensors = TensorsOf(network, adam);
        foreach (var path in folder.Checkpoints())
        {
            var whyNot = WhyNotUsable(path, tensors, out var header, out var contents, out var rest);
            if (whyNot is null)
            {
                for (var i = 0; i < tensors.Count; i++) Copy(contents[i].Span, tensors[i].Tensor);
                adam.Steps = header!.AdamSteps;
                network.OnStateReplaced();
                _own.Add(path);
                return new TrainingState(header.History, header.Step, header.Sums)
                {
                    BestWeights = rest.IsEmpty ? null : rest.ToArray(),
                };
            }

            skipped ??= $"{Path.GetFileName(path)}: {whyNot}";
        }

        return null;
    }

    /// <summary>Writes a checkpoint durably and removes all but the last two.</summary>
    public void Save(TrainingState state, Network network, Adam adam)
    {
        var header = new Header(trial, dataDigest, deviceClass, state.History, state.Step, state.Sums, adam.Steps);
        var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        foreach (var (name, tensor) in TensorsOf(network, adam))
        {
            using var scope = NewDisposeScope();
            var bytes = tensor.detach().cpu().contiguous().bytes;
            writer.Write(name);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }

        if (state.BestWeights is { } best) writer.Write(best);
        var path = folder.Checkpoint(state.History.Count, state.Step);
        CheckpointFile.Write(path, JsonSerializer.Serialize(header, SbnnJson.Options), payload.GetBuffer()
            .AsMemory(0, (int)payload.Length));

        // Other checkpoints are removed only after this one was written. Checkpoints of another device class are
        // removed, too, because they may have more epochs and would be tried first.
        _own.Remove(path);
        _own.Add(path);
        if (_own.Count > 2) _own.RemoveAt(0);
        foreach (var old in folder.Checkpoints().Except(_own)) File.Delete(old);
    }

    private string? WhyNotUsable(string path, List<(string Name, Tensor Tensor)> tensors, out Header? header,
        out List<ReadOnlyMemory<byte>> contents, out ReadOnlyMemory<byte> rest)
    {
        (header, contents, rest) = (null, [], default);
        if (!CheckpointFile.TryRead(path, out var json, out var payload, out var torn)) return torn;
        try
        {
            header = JsonSerializer.Deserialize<Header>(json, SbnnJson.Options)!;
        }
        catch (JsonException error)
        {
            return $"its header cannot be read: {error.Message}";
        }

        if (header.Trial != trial) return $"it belongs to trial {header.Trial.Short}";
        if (header.DataDigest != dataDigest) return $"it was trained on images with the digest {header.DataDigest}";
        if (header.DeviceClass != deviceClass)
            return $"it was trained on '{header.DeviceClass}', but the device class of this machine is '{deviceClass}'";
        (contents, rest) = Split(payload, tensors);
        return contents.Count == tensors.Count ? null : "its tensors do not match this network";
    }

    // Returns the contents of the tensors in order, up to the first tensor whose name or size differs, and what follows
    // them.
    private static (List<ReadOnlyMemory<byte>> Contents, ReadOnlyMemory<byte> Following) Split(
        ReadOnlyMemory<byte> payload, List<(string Name, Tensor Tensor)> tensors)
    {
        var contents = new List<ReadOnlyMemory<byte>>();
        MemoryMarshal.TryGetArray(payload, out var bytes);
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using var reader = new BinaryReader(stream);
        foreach (var (name, tensor) in tensors)
        {
            if (stream.Position == stream.Length || reader.ReadString() != name) break;
            var length = reader.ReadInt32();
            if (length != tensor.numel() * tensor.element_size() || length > stream.Length - stream.Position) break;
            contents.Add(payload.Slice((int)stream.Position, length));
            stream.Position += length;
        }

        return (contents, payload[(int)stream.Position..]);
    }

    private static void Copy(ReadOnlySpan<byte> from, Tensor to)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var loaded = empty(to.shape, to.dtype);
        from.CopyTo(loaded.bytes);
        to.copy_(loaded);
    }

    // Weights, BatchNorm's buffers, and Adam's moments, in the fixed order of construction.
    private static List<(string Name, Tensor Tensor)> TensorsOf(Network network, Adam adam) =>
    [
        .. network.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
        .. network.named_buffers().Select(b => (b.name, b.buffer)),
        .. adam.State,
    ];

    private sealed record Header(
        TrialKey Trial, string DataDigest, string DeviceClass, IReadOnlyList<EpochRecord> History, int Step,
        EpochSums Sums, long AdamSteps);
}
