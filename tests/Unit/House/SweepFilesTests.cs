using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.House;

public sealed class SweepFilesTests
{
    // A new file of sweeps/ is entered here: its number of trials is what its comments promise.
    private static readonly Dictionary<string, int> Trials = new(StringComparer.Ordinal)
    {
        ["quickstart.yaml"] = 8,
        ["cifar10-small.yaml"] = 12,
        ["sparsity-gamma-domain.yaml"] = 153,
        ["sparsity-gamma-domain-small.yaml"] = 42,
    };

    [Fact]
    public void Every_sweep_file_reads_and_expands_to_its_number_of_trials()
    {
        var counts = Directory.EnumerateFiles(Repository.PathOf("sweeps"), "*.yaml")
            .ToDictionary(f => Path.GetFileName(f)!, f => SpecReader.Read(f).Expand(_ => "digest").Trials.Count);

        Assert.Equal(Trials.OrderBy(t => t.Key, StringComparer.Ordinal), counts.OrderBy(c => c.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sparsity-gamma-domain.yaml", 4, 4)]
    [InlineData("sparsity-gamma-domain-small.yaml", 2, 3)]
    public void The_grids_are_full_products_beside_an_unconstrained_row_for_each_domain(string file, int sparsities, int gammas)
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));

        Assert.Equal((sparsities * gammas * 3) + 3, spec.Table.Rows.Count);
        Assert.Equal(sparsities * gammas, spec.Cells().Where(c => c.Sparsity is not null).GroupBy(c => (c.Sparsity, c.Gamma)).Count(pair => pair.Count() == 3));
        Assert.All(spec.Table.Rows.Chunk(3), three => Assert.Equal(["symmetric", "closed-form", "learned"], three.Select(r => r.Where["domain"])));
    }

    [Theory]
    [InlineData("quickstart.yaml")]
    [InlineData("cifar10-small.yaml")]
    public void The_small_sweeps_stand_beside_the_rows_of_the_paper_s_table_1(string file)
    {
        var table = SpecReader.Read(Repository.PathOf("sweeps", file)).Table;

        Assert.Equal([88.93m, 85.95m, 86.46m, 88.84m], table.Rows.Select(r => r.Published!.Top1!.Value));
        Assert.Equal("symmetric", Assert.Single(table.Rows, r => r.Baseline).Where["domain"]);
        Assert.Equal("300", table.Source!.Setting["epochs"]);
    }
}
