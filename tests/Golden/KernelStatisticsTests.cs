using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class KernelStatisticsTests
{
    public static TheoryData<string> Cases => GoldenVectors.Cases("kernel_stats");

    public static TheoryData<string> Published => GoldenVectors.Cases("bparams_published");

    [Theory]
    [MemberData(nameof(Cases))]
    public void KernelStatistics_MatchTheVectors(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("kernel_stats", id);
        var expected = golden.Out.GetProperty("layers").EnumerateArray().ToList();
        var layers = new List<LayerRecord>();
        foreach (var layer in golden.In.GetProperty("layers").EnumerateArray())
        {
            var w = GoldenCase.Tensor(layer.GetProperty("w"), float32);
            var shape = new BinaryLayerShape(
                (int)w.shape[1], (int)w.shape[0], 3, 1, layer.GetProperty("out_h")
                    .GetInt32(), layer.GetProperty("out_w").GetInt32());
            var reference = expected[layers.Count];
            var counts = LayerCounts.Of(w, layers.Count + 1, shape.DenseBops);
            layers.Add(counts);

            Assert.Equal(reference.GetProperty("hamming_hist").EnumerateArray().Select(n => n.GetInt64()),
                counts.Hamming);
            Assert.Equal(reference.GetProperty("kernels").GetInt64(), shape.Kernels);
            Assert.Equal(reference.GetProperty("zero_filters").GetInt32(), counts.EmptyFilters);
            Assert.Equal(reference.GetProperty("ones").GetInt64(), counts.Ones);
            Assert.Equal(reference.GetProperty("dense_bops").GetInt64(), counts.DenseBops);
            var patterns = reference.GetProperty("patterns").EnumerateObject()
                .ToDictionary(p => int.Parse(p.Name, CultureInfo.InvariantCulture), p => p.Value.GetInt64());
            Assert.Equal(Enumerable.Range(0, 512).Select(p => patterns.GetValueOrDefault(p)), LayerCounts.Patterns(w));
            var alone = new KernelStatistics([counts]);
            GoldenCase.AssertNumber("K0", reference.GetProperty("K0"), alone.K0);
            GoldenCase.AssertNumber("K1", reference.GetProperty("K1"), alone.K1);
            GoldenCase.AssertNumber("density", reference.GetProperty("density"), alone.OnesFraction);
        }

        var all = new KernelStatistics(layers);
        golden.AssertNumber("K0", all.K0);
        golden.AssertNumber("K1", all.K1);
        golden.AssertNumber("U_over_N", all.OnesFraction);
        Assert.Equal(golden.Out.GetProperty("dense_bops").GetInt64(), all.DenseBops);
        golden.AssertNumber("bparams_pr", all.BParamsPr);
        golden.AssertNumber("bits_per_kernel", all.BitsPerKernel);
        golden.AssertNumber("bops_pr_primary", all.BopsPr);
        golden.AssertNumber("bops_pr_k1_8of9", all.BopsPrK1EightNinths);
        golden.AssertNumber("bops_pr_sparse_ops", all.BopsPrSparse);
        golden.AssertNumber("bops_pr_sparse_ops_no_xnor", all.BopsPrSparseNoXnor);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void BParamsPr_RoundsToThePublishedValue_ForPublishedKernelShares(string id)
    {
        var golden = GoldenVectors.Load("bparams_published", id);
        var (k0, k1) = (GoldenCase.Number(golden.In.GetProperty("K0")), GoldenCase.Number(golden.In.GetProperty("K1")));

        var found = new KernelStatistics([MadeUpLayer.Of((decimal)k0, (decimal)k1)]).BParamsPr;

        golden.AssertNumber("bparams_pr", found);
        if (golden.Out.TryGetProperty("published", out var published))
            Assert.Equal(GoldenCase.Number(published), Math.Round(found, 3));
    }
}
