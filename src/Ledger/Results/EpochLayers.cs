using System.Buffers;
using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// Stores an epoch's layers as one JSON text. Each layer is an array of order, weights, ones, empty filters, dense
/// binary operations, τ, φ and, for a 3×3 layer, h0…h9. One row for each epoch, instead of one for each of its sixteen
/// layers, keeps writes fast; the view <c>layers</c> shows the layers as rows.
/// </summary>
internal static class EpochLayers
{
    private const int LeadingValues = 7; // All values before h0.

    /// <summary>Serializes the layers of one epoch to JSON in UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<LayerRecord> layers)
    {
        var text = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(text);
        json.WriteStartArray();
        foreach (var layer in layers)
        {
            if (layer.Hamming.Count is not (0 or 10))
                throw new ArgumentException(
                    $"layer {layer.Order} has {layer.Hamming.Count} Hamming counts; a 3×3 layer has 10 and a 1×1 layer "
                        + "none");
            json.WriteStartArray();
            json.WriteNumberValue(layer.Order);
            json.WriteNumberValue(layer.Weights);
            json.WriteNumberValue(layer.Ones);
            json.WriteNumberValue(layer.EmptyFilters);
            json.WriteNumberValue(layer.DenseBops);
            json.WriteNumberValue(layer.Tau);
            json.WriteNumberValue(layer.Phi);
            foreach (var kernels in layer.Hamming) json.WriteNumberValue(kernels);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Flush();
        return text.WrittenSpan.ToArray();
    }

    public static IReadOnlyList<LayerRecord> Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.EnumerateArray().Select(static layer => new LayerRecord
            {
                Order = layer[0].GetInt32(),
                Weights = layer[1].GetInt64(),
                Ones = layer[2].GetInt64(),
                EmptyFilters = layer[3].GetInt32(),
                DenseBops = layer[4].GetInt64(),
                Tau = layer[5].GetDouble(),
                Phi = layer[6].GetDouble(),
                Hamming = ReadHamming(layer),
            }),
        ];
    }

    private static long[] ReadHamming(JsonElement layer)
    {
        var counts = new long[layer.GetArrayLength() - LeadingValues];
        for (var ones = 0; ones < counts.Length; ones++) counts[ones] = layer[LeadingValues + ones].GetInt64();
        return counts;
    }
}
