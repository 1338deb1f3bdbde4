using System.Runtime.Versioning;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Api.Client;

/// <summary>Tests the access file, whose content a head prints and a user pastes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HeadAccessFileTests : IDisposable
{
    private static readonly string Token = new('a', 64);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_ReadsTheThreeParts_ThatFormatWrites()
    {
        using var authority = TestAuthority.Create();
        var pem = authority.Certificate.ExportCertificatePem();

        var read = HeadAccessFile.Parse($"\r\nhead: https://10.0.0.1:7700\r\ntoken: {Token}\r\n{pem}\r\n", "head");

        Assert.Equal(
            ("https://10.0.0.1:7700/", Token, "head"), (read.Address.ToString(), read.Token!.Text, read.TokenSource));
        Assert.Equal(authority.Certificate.RawData, read.Authority!.RawData);
        Assert.Equal($"head: https://10.0.0.1:7700\ntoken: {Token}\n{pem}\n", HeadAccessFile.Format(read));
    }

    [Theory]
    [InlineData("head:1: head: not an address (allowed: https://<host>:<port>", "head: http://10.0.0.1:7700")]
    [InlineData("head:1: head: not an address", "head: https://user:secret@host")]
    [InlineData("head:2: token: not a token (allowed: 64 hex digits)", "head: https://h", "token: secret")]
    [InlineData("head:2: duplicate head:", "head: https://h", "head: https://h")]
    [InlineData("head:1: unknown line (allowed: head:, token: and one certificate in PEM)", "secret")]
    [InlineData(
        "head:1: certificate: the line -----END CERTIFICATE----- is missing", "-----BEGIN CERTIFICATE-----", "secret")]
    [InlineData(
        "head:1: certificate: not valid PEM", "-----BEGIN CERTIFICATE-----", "secret", "-----END CERTIFICATE-----")]
    [InlineData("head: head: missing", "")]
    [InlineData("head: token: missing (allowed: 64 hex digits)", "head: http://localhost:1")]
    public void Parse_NamesTheLineWithoutItsText_WhenTheFileIsNotValid(string message, params string[] lines)
    {
        var error = Assert.Throws<BadInputException>(() => HeadAccessFile.Parse(string.Join('\n', lines), "head"));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Throws_WhenTheAddressHasACertificateButNoTls()
    {
        using var authority = TestAuthority.Create();

        var text = $"head: http://127.0.0.1:1\ntoken: {Token}\n{authority.Certificate.ExportCertificatePem()}";

        Assert.Contains(
            "does not use TLS", Assert.Throws<BadInputException>(() => HeadAccessFile.Parse(text, "head")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, "0404")]
    public void Read_Throws_WhenOtherUsersMayReadTheFile(UnixFileMode mode, string octal)
    {
        var file = Write(mode);

        var error = Assert.Throws<BadInputException>(() => HeadAccessFile.Read(file));

        Assert.Equal($"{file}: mode {octal} lets other users read the token (allowed: 0600); run `chmod 600 {file}` "
            + "first",
            error.Message);
    }

    [Fact]
    public void Find_ReadsTheFile_WhenOnlyItsOwnerMayReadIt()
    {
        var read = HeadAccess.Find(Write(UnixFileMode.UserRead | UnixFileMode.UserWrite), "--head");

        Assert.Equal(("http://localhost:7700/", "--head"), (read.Address.ToString(), read.NamedBy));
    }

    [Theory]
    [InlineData("--head: http://10.0.0.1:7700 is not allowed (allowed: https://", "http://10.0.0.1:7700")]
    [InlineData("--head: ftp://localhost is not allowed", "ftp://localhost")]
    [InlineData("--head: the file no-such-file does not exist (allowed: a head's access file, or its address",
        "no-such-file")]
    [InlineData("SBNN_TOKEN: missing; it is required because --head is an address", "https://localhost:7700")]
    public void Find_NamesTheAllowedValues_WhenTheHeadIsNotValid(string message, string given) =>
        Assert.StartsWith(message, Assert.Throws<BadInputException>(() => HeadAccess.Find(given, "--head")).Message,
            StringComparison.Ordinal);

    private string Write(UnixFileMode mode)
    {
        var file = _folder.In("head");
        File.WriteAllText(file, $"head: http://localhost:7700\ntoken: {Token}\n");
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
