using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

public sealed class SweepFilesTests
{
    // The number of trials that the comments of each file in sweeps/ state. Every file must be listed.
    private static readonly Dictionary<string, int> Trials = new(StringComparer.Ordinal)
    {
        ["quickstart.yaml"] = 8,
        ["table1.yaml"] = 12,
        ["cifar10-small.yaml"] = 8,
        ["table1-small.yaml"] = 8,
        ["table2.yaml"] = 27,
        ["table2-small.yaml"] = 18,
        ["table3.yaml"] = 30,
        ["table3-small.yaml"] = 20,
        ["table4.yaml"] = 3,
        ["domains-small.yaml"] = 24,
        ["figure2.yaml"] = 9,
        ["figure2-small.yaml"] = 6,
        ["sparsity-gamma-domain.yaml"] = 153,
        ["sparsity-gamma-domain-small.yaml"] = 42,
    };

    [Fact]
    public void SweepFiles_ExpandToTheStatedNumberOfTrials()
    {
        var counts = Directory.EnumerateFiles(Repository.PathOf("sweeps"), "*.yaml")
            .ToDictionary(f => Path.GetFileName(f)!, f => SpecReader.Read(f).Expand(_ => "digest").Trials.Count);

        Assert.Equal(Trials.OrderBy(t => t.Key, StringComparer.Ordinal),
            counts.OrderBy(c => c.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sparsity-gamma-domain.yaml", 4, 4)]
    [InlineData("sparsity-gamma-domain-small.yaml", 2, 3)]
    public void Grids_AreFullProducts_WithAnUnconstrainedRowForEachDomain(
        string file, int sparsities, int gammas)
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));

        Assert.Equal((sparsities * gammas * 3) + 3, spec.Table.Rows.Count);
        Assert.Equal(sparsities * gammas, spec.Cells().Where(c => c.Sparsity is not null)
            .GroupBy(c => (c.Sparsity, c.Gamma)).Count(pair => pair.Count() == 3));
        Assert.All(spec.Table.Rows.Chunk(3),
            three => Assert.Equal(["symmetric", "closed-form", "learned"], three.Select(r => r.Where["domain"])));
    }

    /// <summary>
    /// The specs in the repository must cause no hints, except for the smallest γ of a grid, which is too weak on
    /// purpose.
    /// </summary>
    [Fact]
    public void SpecHints_AreEmpty_ForEverySweepFile()
    {
        var warned = from file in Directory.EnumerateFiles(Repository.PathOf("sweeps"), "*.yaml")
                     where !Path.GetFileName(file).StartsWith("sparsity-gamma-domain", StringComparison.Ordinal)
                     from hint in SpecHints.Of([.. SpecReader.Read(file).Cells()], static _ => 50_000)
                     select $"{Path.GetFileName(file)}: {hint}";

        Assert.Empty(warned);
    }

    [Fact]
    public void Quickstart_HasNoPublishedResults_BecauseItsImagesAreGenerated()
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", "quickstart.yaml"));

        Assert.All(spec.Cells(), static cell => Assert.Equal(DatasetKind.Shapes, cell.Dataset));
        Assert.Null(spec.Table.Source);
        Assert.All(spec.Table.Rows, static row => Assert.Null(row.Published));
    }

    [Theory]
    [InlineData("table1.yaml")]
    [InlineData("table1-small.yaml")]
    public void Table1Sweeps_HaveThePublishedRowsOfTable1(string file)
    {
        var table = SpecReader.Read(Repository.PathOf("sweeps", file)).Table;

        Assert.Equal([88.93m, 85.95m, 86.46m, 88.84m], table.Rows.Select(r => r.Published!.Top1!.Value));
        Assert.Equal("symmetric", Assert.Single(table.Rows, r => r.Baseline).Where["domain"]);
        Assert.Equal("300", table.Source!.Setting["epochs"]);
    }

    /// <summary>
    /// The sweeps use EC and γ of the authors' code, three seeds, and the settings of the published file.
    /// </summary>
    [Theory]
    [InlineData("table2.yaml", "none/0.07 50/0 75/0.02 90/0.04 95/0.07 96/0.07 97/0.08 98/0.08 99/0.1")]
    [InlineData("table3.yaml", "none/0.07 50/0 95/0.05 96/0.05 97/0.05 98/0.06 99/0.07")]
    [InlineData("table1.yaml", "none/0.07 95/0.07")]
    public void PaperTables_UseThePapersSettings(string file, string pairs)
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));
        var (sparsity, gamma) = (Hyperparameters.Get("sparsity"), Hyperparameters.Get("gamma"));

        Assert.Equal(pairs,
            string.Join(' ', spec.Cells().Select(c => $"{sparsity.Format(c.Sparsity)}/{gamma.Format(c.Gamma)}")
                .Distinct()));
        Assert.Equal([1, 2, 3], spec.Seeds);
        Assert.All(spec.Table.Source!.Setting,
            setting => Assert.All(spec.Cells(),
                cell => Assert.Equal(setting.Value, Hyperparameters.Get(setting.Key)
                    .Format(Hyperparameters.Get(setting.Key).Get(cell)))));
    }

    [Theory]
    [InlineData("table1")]
    [InlineData("table2")]
    [InlineData("table3")]
    public void PublishedRows_AppearInTheFullAndTheSmallSweep(string table)
    {
        var published =
            PublishedReader.Read(Repository.PathOf("sweeps", "published", $"{table}.yaml")).Rows.Values.Select(r =>
                r.Name).ToList();
        foreach (var file in new[] { $"{table}.yaml", $"{table}-small.yaml" })
        {
            var rows = SpecReader.Read(Repository.PathOf("sweeps", file)).Table.Rows;

            Assert.Equal(published, rows.Select(r => r.Published!.Name));
            Assert.Equal(published[0], Assert.Single(rows, r => r.Baseline).Published!.Name);
            Assert.All(rows.Where(r => r.IsQuote), r => Assert.True(r.Published!.Quoted));
        }
    }

    /// <summary>Table 4 has no small version. Each of its rows is trained, or names its network.</summary>
    [Fact]
    public void PublishedRowsOfTable4_AppearInItsSweep()
    {
        var published = PublishedReader.Read(Repository.PathOf("sweeps", "published", "table4.yaml")).Rows.Values;
        var rows = SpecReader.Read(Repository.PathOf("sweeps", "table4.yaml")).Table.Rows;

        Assert.Equal(published.Select(row => row.Name), rows.Select(row => row.Published!.Name));
        Assert.All(rows, row => Assert.Equal(row.Published!.Quoted, row.IsQuote));
        Assert.All(rows, row => Assert.Equal(row.IsQuote, row.Network is not null));
    }

    [Fact]
    public void FigureSweeps_ShareTrialsWithTheTables()
    {
        var figure = SpecReader.Read(Repository.PathOf("sweeps", "figure2.yaml"));
        var small = SpecReader.Read(Repository.PathOf("sweeps", "figure2-small.yaml"));

        Assert.Equal(3, Shared(figure, "table1.yaml"));
        Assert.Equal(4, Shared(small, "table2-small.yaml"));
        foreach (var drawn in new[] { figure.Table.Figure!, small.Table.Figure! })
        {
            Assert.Equal([5, 10, 15], drawn.Layers);
            Assert.Equal(["no constraint", "95 %", "99 %"], drawn.Rows);
        }

        static int Shared(SweepSpec spec, string other) =>
            spec.Expand(_ => "d").Trials.IntersectBy(SpecReader.Read(Repository.PathOf("sweeps", other))
                .Expand(_ => "d").Trials.Select(t => t.Key), t => t.Key).Count();
    }
}
