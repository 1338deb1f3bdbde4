using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class PreparedFolderTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde/")]
    public void Find_ReturnsNull_WhenTheTextIsNotADigest(string text)
    {
        Assert.False(PreparedFolder.IsDigest(text));
        Assert.Null(new PreparedFolder(_root.Path).Find(text));
        Assert.Throws<ArgumentException>(() => new PreparedFolder(_root.Path).PathOf(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("cifar10.images")] // Earlier builds named the file after the dataset.
    public async Task Find_FindsTheImages_WhateverTheFilesName(string? name)
    {
        var folder = new PreparedFolder(_root.Path);
        var (digest, bytes) = Made(300);
        Directory.CreateDirectory(folder.Path);
        var path = name is null ? folder.PathOf(digest) : Path.Combine(folder.Path, name);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        Assert.Equal(path, folder.Find(digest));
        Assert.Null(folder.Find(new string('0', 64)));
        Assert.Equal(digest, await PreparedFolder.ComputeDigestAsync(path, TestContext.Current.CancellationToken));
    }

    /// <summary>Creates the bytes of a file in the format of prepared images, with arbitrary pixels.</summary>
    internal static (string Digest, byte[] Bytes) Made(int length)
    {
        var content = Enumerable.Range(0, length).Select(static i => (byte)(i * 7)).ToArray();
        var digest = SHA256.HashData(content);
        return (Convert.ToHexStringLower(digest), [.. PreparedFolder.Magic, .. digest, .. content]);
    }
}
