using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// The text form of <see cref="HeadAccess"/>, which a head prints and a user pastes into a file: a line <c>head: </c>,
/// a line <c>token: </c>, and the certificate of the head's authority in PEM. Messages do not quote lines, because a
/// line may be the secret.
/// </summary>
public static class HeadAccessFile
{
    private const int Longest = 64 << 10;
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";
    private const string PasteAll = "paste everything that the head printed";
    private const string Allowed = "head:, token: and one certificate in PEM";

    /// <summary>The mode bits that give users other than the owner access to the file.</summary>
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Reads an access file. Throws <see cref="BadInputException"/> when other users may read the file or its content
    /// is not valid.
    /// </summary>
    public static HeadAccess Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows()) RequirePrivateMode(File.GetUnixFileMode(stream.SafeFileHandle), path);
            var bytes = new byte[Longest + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > Longest)
                throw new BadInputException($"{path}: not a head's access file: more than {Longest} bytes");
            return Parse(Encoding.UTF8.GetString(bytes, 0, length), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {Wording.Cause(error)}", error);
        }
    }

    /// <summary>
    /// Parses the text form. Throws <see cref="BadInputException"/> with file and line when it is not valid.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file's name in messages.</param>
    public static HeadAccess Parse(string text, string file)
    {
        (Uri? address, ApiToken? token, X509Certificate2? authority) = (null, null, null);
        var lines = text.Split('\n').Select(static line => line.Trim()).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{file}:{i + 1}");
            switch (lines[i])
            {
                case "":
                    break;
                case Begin:
                    if (authority is not null)
                        throw new BadInputException($"{at}: duplicate certificate (allowed: {Allowed})");
                    var end = Array.IndexOf(lines, End, i);
                    if (end < 0)
                        throw new BadInputException($"{at}: certificate: the line {End} is missing; {PasteAll}");
                    authority = ReadCertificate(string.Join('\n', lines[i..(end + 1)]), at);
                    i = end;
                    break;
                case var line when ValueOf(line, "head:") is { } value:
                    if (address is not null) throw new BadInputException($"{at}: duplicate head:");
                    address = HeadAccess.TryParseAddress(value)
                        ?? throw new BadInputException(
                            $"{at}: head: not an address (allowed: {HeadAccess.AddressAllowed})");
                    break;
                case var line when ValueOf(line, "token:") is { } value:
                    if (token is not null) throw new BadInputException($"{at}: duplicate token:");
                    token = ApiToken.TryParse(value)
                        ?? throw new BadInputException($"{at}: token: not a token (allowed: 64 hex digits)");
                    break;
                default:
                    throw new BadInputException($"{at}: unknown line (allowed: {Allowed})");
            }
        }

        if (address is null)
            throw new BadInputException($"{file}: head: missing (allowed: {HeadAccess.AddressAllowed})");
        if (token is null) throw new BadInputException($"{file}: token: missing (allowed: 64 hex digits)");
        if (authority is not null && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new BadInputException(
                $"{file}: head: {address} does not use TLS, but the file has a certificate (allowed: https:// with a "
                    + "certificate)");
        }

        return new HeadAccess(address, token, authority) { TokenSource = file };
    }

    /// <summary>Converts an access to its text form.</summary>
    public static string Format(HeadAccess access)
    {
        var text = new StringBuilder($"head: {access.Address.AbsoluteUri.TrimEnd('/')}\ntoken: {access.Token?.Text}\n");
        if (access.Authority is { } authority) text.Append(authority.ExportCertificatePem()).Append('\n');
        return text.ToString();
    }

    private static void RequirePrivateMode(UnixFileMode mode, string path)
    {
        if ((mode & Others) == 0) return;
        var octal = Convert.ToString((int)mode, 8).PadLeft(4, '0');
        throw new BadInputException(
            $"{path}: mode {octal} lets other users read the token (allowed: 0600); run `chmod 600 {path}` first");
    }

    private static string? ValueOf(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) ? line[key.Length..].Trim() : null;

    private static X509Certificate2 ReadCertificate(string pem, string at)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new BadInputException($"{at}: certificate: not valid PEM; {PasteAll}", error);
        }
    }
}
