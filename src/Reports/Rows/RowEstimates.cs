using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The metrics of a row by the names of columns.</summary>
internal static class RowEstimates
{
    /// <summary>
    /// The row's metric over its seeds; null when there is none. Only the columns of <see cref="ClaimSpec.Metrics"/>
    /// are metrics of seeds.
    /// </summary>
    public static Estimate? EstimateOf(this RowMetrics row, TableColumn column) => column switch
    {
        TableColumn.Top1 => row.Top1,
        TableColumn.BopsPr => row.BopsPr,
        TableColumn.BParamsPr => row.BParamsPr,
        TableColumn.K0 => row.K0,
        TableColumn.K1 => row.K1,
        TableColumn.Ones => row.Ones,
        TableColumn.Entropy => row.Entropy,
        TableColumn.BopsPrK1EightNinths => row.BopsPrK1EightNinths,
        TableColumn.BopsPrSparse => row.BopsPrSparse,
        TableColumn.BopsPrSparseHalf => row.BopsPrSparseHalf,
        TableColumn.EmptyFilters => row.EmptyFilters,
        TableColumn.PhiTau => row.PhiTau,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "no metric of seeds"),
    };
}
