using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Home;

public sealed class SharedFileSystemTests
{
    [Theory]
    [InlineData("nfs")]
    [InlineData("lustre")]
    [InlineData("gpfs")]
    [InlineData("cifs")]
    [InlineData("fuse")]
    public void FindAmong_ReturnsTheFormat_WhenMachinesShareIt(string format) =>
        Assert.Equal(format, SharedFileSystem.FindAmong(format));

    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    [InlineData("tmpfs")]
    [InlineData("overlay")]
    public void FindAmong_ReturnsNull_ForALocalDisk(string format) =>
        Assert.Null(SharedFileSystem.FindAmong(format));

    [Fact]
    public void Find_ReturnsNull_WhenTheFolderDoesNotExist() => Assert.Null(SharedFileSystem.Find("/no/such/folder"));
}
