using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

public sealed class SpellingSuggestionTests
{
    [Theory]
    [InlineData("vm", "; did you mean vn?")]
    [InlineData("gpu-1", "")]
    public void Hint_NeverSuggestsTheWordItself(string written, string expected) =>
        Assert.Equal(expected, SpellingSuggestion.Hint(written, [written, "vn"]));

    [Theory]
    [InlineData("quickstart", "; did you mean sweeps/quickstart.yaml?")]
    [InlineData("sweeps/quikstart.yaml", "; did you mean sweeps/quickstart.yaml?")]
    [InlineData("no-such-sweep", "")]
    public void HintOfFile_FindsTheSpecOfASweep_ThatIsNamedInsteadOfAFile(string written, string expected) =>
        Assert.Equal(expected, SpellingSuggestion.HintOfFile(written, Repository.PathOf("")));
}
