using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// Makes a machine a node: it creates a key, requests a certificate for it from the head, and stores the membership.
/// </summary>
public static class NodeEnrollment
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Joins a head, unless this home has joined the same head before.</summary>
    /// <param name="membershipFile">The file of the membership.</param>
    /// <param name="joinFile">The join file from the head's operator; null: the home must have joined before.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="identity">The home's identity.</param>
    /// <param name="cancellation">Cancels the command.</param>
    /// <exception cref="BadInputException">The join file is not valid, or the head refuses this machine.</exception>
    /// <exception cref="HeadUnreachableException">The head does not answer.</exception>
    public static async Task<NodeMembership> JoinAsync(
        string membershipFile, string? joinFile, NodeName name, string identity, CancellationToken cancellation)
    {
        var known = NodeMembership.Find(membershipFile);
        if (joinFile is null) return known ?? throw NotJoined();
        var access = HeadAccessFile.Read(joinFile);
        if (access is not { Authority: { } authority, Token: { } token })
            throw new BadInputException($"{joinFile}: certificate: missing; paste everything that the head printed");
        // The home does not join again, because the token may have expired since.
        if (known is not null && IsSame(known, access, name)) return known;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var http = access.Connect(RequestTimeout);
        var joined = await PostAsync<JoinedNode>(
            http, "api/v1/join", token.Text,
            new JoinRequest { Name = name.Value, Identity = identity, Csr = RequestFor(key) }, joinFile, cancellation);
        return NodeMembership.Store(
            membershipFile, name, access.Address, joined.GatewayPort, authority, joined.Certificate,
            key, joined.Secret);
    }

    /// <summary>The error for a home that has not joined a head, when there is no join file either.</summary>
    public static BadInputException NotJoined() =>
        new("--join-file: missing; this home has not joined a head yet; run `sbnn nodes token` on the head, which "
            + "prints the file");

    /// <summary>Requests a new certificate for a node.</summary>
    /// <exception cref="BadInputException">The head refuses the renewal.</exception>
    /// <exception cref="HeadUnreachableException">The head does not answer.</exception>
    internal static async Task RenewAsync(NodeMembership membership, CancellationToken cancellation)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var http = new HeadAccess(membership.Head, Token: null, membership.Authority).Connect(RequestTimeout);
        var renewed = await PostAsync<RenewedCertificate>(
            http, "api/v1/renewals", membership.Secret, new RenewalRequest { Csr = RequestFor(key) },
            "certificate", cancellation);
        membership.Renew(renewed.Certificate, key);
    }

    private static bool IsSame(NodeMembership known, HeadAccess access, NodeName name) =>
        known.Name == name && known.Head == access.Address
        && known.Authority.RawDataMemory.Span.SequenceEqual(access.Authority!.RawDataMemory.Span);

    // The head replaces the request's subject with the node's name and identity.
    private static string RequestFor(ECDsa key) =>
        new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    private static async Task<T> PostAsync<T>(
        HttpClient http, string path, string secret, object body, string place, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = JsonContent.Create(body, body.GetType(), options: SbnnJson.Options),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) },
            };
            using var response = await http.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync<T>(SbnnJson.Options, cancellation))!;
            throw new BadInputException(response.StatusCode == HttpStatusCode.Unauthorized
                ? $"{place}: token: the head at {http.BaseAddress} does not accept this token, which may have expired; "
                    + "create a new one with `sbnn nodes token` on the head"
                : $"{place}: the head at {http.BaseAddress} refuses this machine: "
                + $"{await DetailOfAsync(response, cancellation)}");
        }
        catch (HttpRequestException error)
        {
            throw new HeadUnreachableException(
                $"the head at {http.BaseAddress} does not answer: {error.GetBaseException().Message}", error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HeadUnreachableException(
                $"the head at {http.BaseAddress} does not answer within {RequestTimeout.TotalSeconds:0} s", error);
        }
    }

    private static async Task<string> DetailOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(
                await response.Content.ReadAsStringAsync(cancellation));
            return problem.GetProperty("detail").GetString()!;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{(int)response.StatusCode}";
        }
    }
}
