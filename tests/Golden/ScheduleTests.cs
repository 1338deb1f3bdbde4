using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class ScheduleTests
{
    private const string Kind = "schedules";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Schedules_MatchTheVectors_AtEveryEpoch(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        Assert.SkipUnless(golden.In.GetProperty("kind").GetString() == "cosine",
            "the product does not implement the schedule of ReActNet-A");
        var (epochs, initial) =
            (golden.In.GetProperty("epochs").GetInt32(), GoldenCase.Number(golden.In.GetProperty("lr0")));
        foreach (var row in golden.Out.GetProperty("rows").EnumerateArray())
        {
            var epoch = row.GetProperty("epoch").GetInt32();
            var rate = Schedules.CosineLearningRate(initial, epoch, epochs);
            var reference = GoldenCase.Number(row.GetProperty("lr"));
            Assert.True(Math.Abs(rate - reference) <= 1e-9 * initial,
                $"epoch {epoch}: {rate:R} instead of {reference:R}");
            GoldenCase.AssertNumber("t", row.GetProperty("t"), Schedules.SurrogateT(epoch, epochs));
            GoldenCase.AssertNumber("k", row.GetProperty("k"), Schedules.SurrogateK(epoch, epochs));
        }
    }
}
