using Sbnn.Sweeps.Cli.Commands;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests that <c>sbnn up</c> and <c>sbnn down</c> check their command line before they call a host.</summary>
public sealed class UpCommandTests : IDisposable
{
    private readonly CapturedConsole _captured = new();

    public void Dispose() => _captured.Dispose();

    [Theory]
    [InlineData("--ssh: no host is named; add --ssh host1,host2 or --hosts <file>", "up")]
    [InlineData("--ssh: '-x' is not allowed ", "up", "--ssh=-x")]
    [InlineData("--ssh: duplicate node name a (a); ", "down", "--ssh", "a", "--ssh", "a")]
    [InlineData("--hosts: nowhere: no such file (allowed: one host per line)", "down", "--hosts", "nowhere")]
    [InlineData("--ssh-config: nowhere: no such file ", "down", "--ssh", "a", "--ssh-config", "nowhere")]
    [InlineData("--folder: '/a b' is not allowed ", "down", "--ssh", "a", "--folder", "/a b")]
    [InlineData("--folder: '~other' is not allowed ", "down", "--ssh", "a", "--folder", "~other")]
    [InlineData("--folder: '-a' is not allowed ", "down", "--ssh", "a", "--folder=-a")]
    [InlineData("a: options of the node: --slotz: unknown option; did you mean --slots?", "up", "--ssh", "a", "--",
        "--slotz", "2")]
    [InlineData("a: --name: not allowed here; `sbnn up` sets it", "up", "--ssh", "a", "--", "--name=b")]
    [InlineData("a: 'b' is not an option of a node ", "up", "--ssh", "a", "b")]
    public async Task Run_ExitsWith2_WhenTheCommandLineIsWrong(string message, params string[] args)
    {
        Assert.Equal(2, await SbnnCommand.RunAsync(_captured.Console, args));

        Assert.StartsWith(message, _captured.Error, StringComparison.Ordinal);
        Assert.Equal("", _captured.Output);
    }
}
