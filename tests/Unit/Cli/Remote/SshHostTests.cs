using Sbnn.Sweeps.Cli.Remote;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Remote;

/// <summary>Tests how hosts are read from an option and from a file.</summary>
public sealed class SshHostTests
{
    [Fact]
    public void ParseList_NamesNodesAfterTheirHosts()
    {
        var hosts = SshHost.ParseList("--ssh", "gpu1, me@gpu-2.example.org");

        Assert.Equal(["gpu1", "me@gpu-2.example.org"], hosts.Select(static host => host.Destination));
        Assert.Equal(["gpu1", "gpu-2.example.org"], hosts.Select(static host => host.Node.Value));
    }

    [Theory]
    [InlineData("-oProxyCommand=touch")]
    [InlineData("me@-oProxyCommand")]
    [InlineData("-l@gpu1")]
    [InlineData("gpu1;reboot")]
    [InlineData("a b")]
    [InlineData("$(reboot)")]
    [InlineData("a@b@c")]
    [InlineData("..")]
    [InlineData("ssh://gpu1")]
    [InlineData("gpu1,,gpu2")]
    [InlineData("")]
    public void ParseList_Throws_WhenAHostCouldBeMoreThanAName(string given)
    {
        var error = Assert.Throws<BadInputException>(() => SshHost.ParseList("--ssh", given));

        Assert.StartsWith("--ssh: '", error.Message, StringComparison.Ordinal);
        Assert.Contains("(allowed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseLines_ReadsOptionsOfHosts_AndSkipsComments()
    {
        var hosts = SshHost.ParseLines(["# the lab", "", " gpu1\t--gpus all  # two cards", "gpu2"], "machines");

        Assert.Equal(["gpu1", "gpu2"], hosts.Select(static host => host.Destination));
        Assert.Equal(["--gpus", "all"], hosts[0].NodeOptions);
        Assert.Empty(hosts[1].NodeOptions);
    }

    [Fact]
    public void ParseLines_NamesFileAndLine_WhenAHostIsNotValid() => Assert.StartsWith(
        "machines:2: '-x' is not allowed ",
        Assert.Throws<BadInputException>(() => SshHost.ParseLines(["gpu1", "-x"], "machines")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void RequireDistinct_Throws_WhenTwoNodesWouldHaveOneName() => Assert.StartsWith(
        "--ssh: duplicate node name gpu1 (gpu1 and me@gpu1); ",
        Assert.Throws<BadInputException>(
            () => SshHost.RequireDistinct(SshHost.ParseList("--ssh", "gpu1,me@gpu1"))).Message,
        StringComparison.Ordinal);
}
