using System.Runtime.Versioning;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Hooks;

/// <summary>Tests how <c>hooks.yaml</c> is read, and that its messages repeat no value.</summary>
[SupportedOSPlatform("linux")]
public sealed class HookFileTests : IDisposable
{
    private const string Url =
        "(allowed: an https address, or http on this machine, such as https://example.org/notify)";
    private const string Hook = "(allowed: a map of url: (and secret:), or of program:)";
    private const string Program = "(allowed: a list of the program's absolute path and its arguments)";
    private const string Name = "lower-case letters, digits and '-', at most 64, the first a letter or digit";

    private readonly TempFolder _folder = new();

    /// <summary>The text of the file, and the message after the file's path.</summary>
    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "", ":1: the file is empty; the file maps each hook's name to its definition" },
        { "- a", ":1: the file contains a list, not a map of keys; the file maps each hook's name to its definition" },
        { "A: {url: 'https://a/'}", $":1: A: not a valid name (allowed: {Name})" },
        { "a: {url: 'https://a/'}\na: {url: 'https://b/'}", ":2: a: duplicate key" },
        { "a: https://x-token", $":1: a: a single value is not allowed here {Hook}" },
        { "a: {}", $":1: a: exactly one of url: and program: is required {Hook}" },
        { "a: {url: 'https://a/', program: [/x-token]}",
            $":1: a: exactly one of url: and program: is required {Hook}" },
        { "a:\n  program: [/x]\n  secret: x-token", ":3: a.secret: only a hook with url: has a secret" },
        { "a: {url: 'https://a/', secret: ''}",
            ":1: a.secret: the secret is empty (allowed: a text that is not empty)" },
        { "a: {url: 'https://a/', secrt: x-token}",
            ":1: a.secrt: unknown key (allowed: url, secret, program); did you mean secret?" },
        { "a:\n  url: http://x-token.org/", $":2: a.url: the address is not allowed {Url}" },
        { "a:\n  url: https://me:x-token@example.org/", $":2: a.url: the address is not allowed {Url}" },
        { "a:\n  url: ftp://x-token.org/", $":2: a.url: the address is not allowed {Url}" },
        { "a:\n  url: /x-token", $":2: a.url: the address is not allowed {Url}" },
        { "a:\n  url: http://127.0.0.1.x-token.org/", $":2: a.url: the address is not allowed {Url}" },
        { "a:\n  url:", $":2: a.url: the value is missing {Url}" },
        { "a:\n  program: [x-token, b]", $":2: a.program[0]: the path is not absolute {Program}" },
        { "a:\n  program: []", $":2: a.program: the list is empty {Program}" },
        { "a:\n  program: /bin/echo x-token", $":2: a.program: a single value is not allowed here {Program}" },
        { "a:\n  program: [/bin/echo, [x-token]]", $":2: a.program[1]: a list is not allowed here {Program}" },
    };

    private string Path => _folder.In("hooks.yaml");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ReturnsNoHooks_WhenTheFileDoesNotExist() => Assert.Empty(HookFile.Read(Path));

    [Fact]
    public void Read_ReturnsBothKinds()
    {
        Write(UnixFileMode.UserRead | UnixFileMode.UserWrite, """
            team: {url: 'https://example.org/notify', secret: s3cret}
            here: {url: 'http://127.0.0.1:8080/x'}
            mail: {program: [/usr/bin/mail, -s, done, '']}
            """);

        var hooks = HookFile.Read(Path);

        Assert.Equal(["here", "mail", "team"], hooks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("team", new Uri("https://example.org/notify"), "s3cret", 0),
            (hooks["team"].Name, hooks["team"].Url, hooks["team"].Secret, hooks["team"].Program.Count));
        Assert.Equal((new Uri("http://127.0.0.1:8080/x"), null), (hooks["here"].Url, hooks["here"].Secret));
        Assert.Equal(["/usr/bin/mail", "-s", "done", ""], hooks["mail"].Program);
        Assert.Null(hooks["mail"].Url);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Read_NamesTheLineAndWhatIsAllowed_ForEachMistake(string yaml, string message)
    {
        Write(UnixFileMode.UserRead | UnixFileMode.UserWrite, yaml);

        var error = Assert.Throws<BadInputException>(() => HookFile.Read(Path));

        Assert.Equal(Path + message, error.Message);
        Assert.DoesNotContain("x-token", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Read_RejectsASecret_WhenOthersMayUseTheFile(UnixFileMode mode)
    {
        Write(UnixFileMode.UserRead | UnixFileMode.UserWrite | mode, "a: {url: 'https://a/', secret: s3cret}");

        var error = Assert.Throws<BadInputException>(() => HookFile.Read(Path));

        Assert.Equal(
            $"{Path}: other users can read the file, which has a secret (allowed: mode 600); run `chmod 600 {Path}`",
            error.Message);
    }

    [Fact]
    public void Read_AllowsOtherReaders_WhenNoHookHasASecret()
    {
        Write(UnixFileMode.UserRead | UnixFileMode.OtherRead, "a: {program: [/bin/true]}");

        Assert.Equal(["a"], HookFile.Read(Path).Keys);
    }

    private void Write(UnixFileMode mode, string yaml)
    {
        File.WriteAllText(Path, yaml);
        File.SetUnixFileMode(Path, mode);
    }
}
