namespace Sbnn.Sweeps.Tests.Golden;

public sealed class VectorFolderTests
{
    private static readonly string[] Built =
    [
        "closed_form", "entropy", "ir_conv", "closed_form_conv", "domains", "penalty", "mixup", "schedules",
        "kernel_stats", "bparams_published", "trajectory", "architectures", "react_activations", "react_conv",
        "react_block", "reactA_block", "reactA_block_eval", "bireal_block", "mobilenetv1_block", "xnor_block",
        "subbit", "subbit_bops", "safetensors_out", "safetensors_malformed",
    ];

    public static TheoryData<string, string> OtherCases => GoldenVectors.CasesOfOtherKinds(Built);

    [Fact]
    public void VectorFolder_ContainsVectors() => Assert.NotEmpty(GoldenVectors.Kinds);

    [Theory]
    [MemberData(nameof(OtherCases))]
    public void Case_IsNamedAndSkipped_WhenItsKindHasNoTest(string kind, string id)
    {
        Assert.SkipWhen(kind == GoldenVectors.Missing, $"every kind of vectors in {GoldenVectors.Folder} has a test");
        Assert.Skip($"kind '{kind}': no test computes the case {id}");
    }
}
