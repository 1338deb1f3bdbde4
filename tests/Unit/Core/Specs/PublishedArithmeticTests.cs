using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

/// <summary>
/// Tests that the paper's derived values follow from its printed values, except for the errata that are listed here.
/// </summary>
public sealed class PublishedArithmeticTests
{
    [Theory]
    [InlineData(1, "baseline", "")]
    [InlineData(2, "ir-net", "stq: −5.50 is −4.94; sbnn-90: −0.24 is −0.34")]
    [InlineData(3, "reactnet-18", "stq: −5.05 is −5.07")]
    public void Delta_FollowsFromThePrintedAccuracies_ExceptForErrata(
        int table, string baseline, string errata)
    {
        var rows = Read(table);
        var wrong = from row in rows
                    where row.Key != baseline && row.Value is { Top1: not null, Delta: not null }
                    let counted = row.Value.Top1 - rows[baseline].Top1
                    where row.Value.Delta != counted
                    select FormattableString.Invariant($"{row.Key}: {row.Value.Delta} is {counted}").Replace('-', '−')
                        .Replace("sbnn−", "sbnn-", StringComparison.Ordinal);

        Assert.Equal(errata, string.Join("; ", wrong));
    }

    [Fact]
    public void BParamsPr_FollowsFromTheKernels_InTable3()
    {
        var rows = Read(3).Where(row => row.Value is { BParamsPr: not null, K0: not null })
            .ToDictionary(row => row.Key, row => row.Value);

        Assert.Equal(["sbnn-95", "sbnn-96", "sbnn-97", "sbnn-98", "sbnn-99"], rows.Keys);
        Assert.All(rows.Values, row => Assert.Equal(row.BParamsPr, BParamsPr(row)));
    }

    [Theory]
    [InlineData("subbit-0.67", MethodKind.Subbit067)]
    [InlineData("subbit-0.56", MethodKind.Subbit056)]
    [InlineData("subbit-0.44", MethodKind.Subbit044)]
    public void BParamsPr_FollowsFromTheBits_OfSubbit(string row, MethodKind method)
    {
        var layer = MadeUpLayer.Of(0, 0);

        Assert.Equal(Read(3)[row].BParamsPr,
            Math.Round(100 * (decimal)new KernelStatistics([layer], method.PatternBits()).BParamsPr, 1));
    }

    [Fact]
    public void BParamsPr_IsPositive_WhereTable3PrintsNoValue() =>
        Assert.Equal(12.8m, BParamsPr(Read(3)["sbnn-50"]));

    [Fact]
    // The row in Table 3 is an erratum, because the tables are of different networks on different images.
    public void Table3_RepeatsTable2_InTheRowOf50Percent()
    {
        var (second, third) = (Read(2)["sbnn-50"], Read(3)["sbnn-50"]);

        Assert.Equal((second.BopsPr, second.K0, second.K1), (third.BopsPr, third.K0, third.K1));
    }

    /// <summary>The printed saving of operations must not exceed the share of the removed kernels, K₀ + K₁.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void BopsPr_IsWithinTheBounds_OfTheRemovedKernels(int table) =>
        Assert.All(Read(table).Values.Where(row => row.K0 is not null),
            row => Assert.InRange(-row.BopsPr!.Value, 0, (row.K0 + row.K1)!.Value));

    [Fact]
    public void Ops_AddUpAsPrinted_ExceptForErrata()
    {
        var wrong = Read(4)
            .Where(row => row.Value is { Bops: not null }
                && Math.Abs(row.Value.Flops!.Value + (row.Value.Bops!.Value / 64) - row.Value.Ops!.Value) > 0.015m);

        Assert.Equal(["bi-realnet-18"], wrong.Select(row => row.Key));
    }

    private static decimal BParamsPr(PublishedRow row) =>
        Math.Round(100 * (decimal)new KernelStatistics(
            [MadeUpLayer.Of(row.K0!.Value / 100, row.K1!.Value / 100)]).BParamsPr, 1);

    private static IReadOnlyDictionary<string, PublishedRow> Read(int table) =>
        PublishedReader.Read(Repository.PathOf("sweeps", "published", $"table{table}.yaml")).Rows;
}
