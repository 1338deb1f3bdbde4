namespace Sbnn.Sweeps.Tests.Unit.House;

public sealed class FolderGraphTests
{
    [Fact]
    public void FindCycle_NamesFilesAndTypes_WhenTwoFoldersUseEachOther() => Assert.Equal(
        "A -> B (A/One.cs: Two) -> A (B/Two.cs: One)",
        Find(
            ("A/One.cs", "public sealed class One { private Two? _two; }"),
            ("B/Two.cs", "internal static class Two { static One Of() => new(); }")));

    [Fact]
    public void FindCycle_NamesEachStep_WhenThreeFoldersFormACycle() => Assert.Equal(
        "(root) -> A (Start.cs: One) -> A/B (A/One.cs: Two) -> (root) (A/B/Two.cs: Start)",
        Find(
            ("Start.cs", "class Start : One;"),
            ("A/One.cs", "record One(Two? Other);"),
            ("A/B/Two.cs", "enum Kind { X }\nreadonly struct Two { object x = typeof(Start); }")));

    [Fact]
    public void FindCycle_FindsAType_AfterItsNamespace() => Assert.NotNull(Find(
        ("A/One.cs", "class One { object _two = typeof(B.Two); }"), ("B/Two.cs", "class Two { Sbnn.A.One? _one; }")));

    [Fact]
    public void FindCycle_FindsAType_InARazorTag() => Assert.Equal(
        "A -> B (A/Page.razor: Card) -> A (B/Card.razor.cs: Page)",
        Find(
            ("A/Page.razor", "<div>@* Card *@<Card /></div>"),
            ("B/Card.razor", "<p />"),
            ("B/Card.razor.cs", "public partial class Card { Page? _page; }")));

    [Fact]
    public void FindCycle_FindsAType_InAnInterpolatedString() => Assert.NotNull(Find(
        ("A/One.cs", "class One { string s = $\"{{Three}} {(x ? \"a\" : Two.Name)}\"; }"),
        ("B/Two.cs", "class Two { string s = $$\"\"\"{{One.S}}\"\"\"; }")));

    [Theory]
    [InlineData("// One\n/* One */")]
    [InlineData("string s = \"One\";")]
    [InlineData("string s = @\"\\\" + \"One\";")]
    [InlineData("string s = $\"{{One}} {1} One\";")]
    [InlineData("string s = \"\"\"\n One \"x\" \n\"\"\";")]
    [InlineData("char c = '\"'; string s = \"One\";")]
    [InlineData("enum Kind { One = 1 }")]
    [InlineData("int One { get; }")]
    [InlineData("int One => 1; int Other => One + 1;")]
    [InlineData("void One(int x) { } void Other() { One(1); }")]
    [InlineData("int x = other.One;")]
    [InlineData("int x = other.Call().One;")]
    [InlineData("int x = other[0]!.One.One;")]
    [InlineData("var x = list\n    .One();")]
    [InlineData("var x = new Other { One = 1 };")]
    [InlineData("bool b = x is { One: 1 };")]
    public void FindCycle_IgnoresTheName_WhenItIsNotTheType(string code) =>
        Assert.Null(Find(("A/One.cs", "class One { Two? _two; }"), ("B/Two.cs", "class Two { " + code + " }")));

    [Fact]
    public void FindCycle_FindsTheType_OfAMemberWithTheSameName() => Assert.NotNull(Find(
        ("A/One.cs", "class One { Two? _two; }"), ("B/Two.cs", "class Two { public One One { get; } }")));

    private static string? Find(params (string Path, string Text)[] files) =>
        new FolderGraph(files.ToDictionary(f => f.Path, f => f.Text)).FindCycle();
}
