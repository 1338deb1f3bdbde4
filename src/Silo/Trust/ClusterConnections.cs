using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Messaging;
using Orleans.Networking.Shared;
using Orleans.Serialization;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// Connects nodes to the head's grains: each node opens one connection to the head's gateway with mutual TLS 1.3.
/// </summary>
internal static class ClusterConnections
{
    private const string Cluster = "sbnn";

    // Nodes repeat calls that get no answer. A longer timeout would only delay the use of a restored connection.
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenConnectionAttempts = TimeSpan.FromSeconds(1);

    /// <summary>Opens the head's gateway to admitted nodes, and to no other caller.</summary>
    /// <param name="silo">The head's silo.</param>
    /// <param name="listen">The addresses at which the head listens.</param>
    /// <param name="certificate">The head's certificate.</param>
    /// <param name="authority">The head's authority.</param>
    /// <param name="nodes">The admitted nodes.</param>
    /// <param name="time">The clock.</param>
    public static void OpenGateway(
        this ISiloBuilder silo, ListenSettings listen, CurrentHeadCertificate certificate, X509Certificate2 authority,
        NodeRegistry nodes, TimeProvider time)
    {
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.GatewayPort = listen.GatewayPort;
            endpoint.GatewayListeningEndpoint = new IPEndPoint(listen.Address, listen.GatewayPort);
        });
        silo.UseTls(tls =>
        {
            tls.LocalCertificate = certificate.Current;
            tls.LocalServerCertificateSelector = (_, _) => certificate.Current;
            tls.RemoteCertificateMode = tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (peer, _, _) =>
                PeerCertificate.IsNode(peer, authority, time.GetUtcNow()) && nodes.HasIssued(peer);
            tls.SslProtocols = SslProtocols.Tls13;
        });
        var filter = new GatewayCallFilter();
        silo.AddIncomingGrainCallFilter(filter);
        silo.AddOutgoingGrainCallFilter(filter);
    }

    /// <summary>Sets the cluster's name, which is the same on the head and its nodes.</summary>
    public static void Name(ClusterOptions cluster) => cluster.ClusterId = cluster.ServiceId = Cluster;

    /// <summary>
    /// Connects to the head's gateway, however long that takes, and reconnects whenever the connection breaks.
    /// </summary>
    /// <param name="client">The node's client.</param>
    /// <param name="membership">The node's membership.</param>
    public static void ConnectToHead(this IClientBuilder client, NodeMembership membership)
    {
        client.Configure<ClusterOptions>(Name);
        client.Configure<ClientMessagingOptions>(static messaging => messaging.ResponseTimeout = NodeTimeout);
        client.Services.AddSingleton<IGatewayListProvider>(new GatewayAddress(membership.GatewayPort));
        ConnectOnlyToHead(client.Services, membership);
        client.Services.AddSerializer(static serializer => serializer.AddSweepRecords());
        client.UseConnectionRetryFilter(static async (_, stop) =>
        {
            await Task.Delay(BetweenConnectionAttempts, stop);
            return true;
        });
        client.UseTls(tls =>
        {
            tls.LocalCertificate = membership.Certificate;
            tls.LocalClientCertificateSelector = (_, _, _, _, _) => membership.Certificate;
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (peer, _, _) =>
                HeadCertificate.FindFault(peer, membership.Authority) is null;
            tls.OnAuthenticateAsClient = static (_, ssl) => ssl.TargetHost = HeadCertificate.CommonName;
            tls.SslProtocols = SslProtocols.Tls13;
        });
    }

    // The key of Orleans' own connection factory is not public, so the factory is found by its registration.
    private static void ConnectOnlyToHead(IServiceCollection services, NodeMembership membership)
    {
        var original = services.Single(
            static service => service.IsKeyedService && service.ServiceType == typeof(IConnectionFactory));
        services.Remove(original);
        services.AddKeyedSingleton<IConnectionFactory>(original.ServiceKey, (provider, key) => new HeadConnector(
            (IConnectionFactory)(original.KeyedImplementationFactory?.Invoke(provider, key)
                ?? ActivatorUtilities.CreateInstance(provider, original.KeyedImplementationType!)),
            membership));
    }

    /// <summary>
    /// The address of the head's gateway in Orleans' messages. A silo accepts only its own address, or loopback with
    /// its own port, even when this node reaches it at a different address.
    /// </summary>
    private sealed class GatewayAddress(int port) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => TimeSpan.FromSeconds(30);

        public bool IsUpdatable => false;

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public Task<IList<Uri>> GetGateways() =>
            Task.FromResult<IList<Uri>>([new IPEndPoint(IPAddress.Loopback, port).ToGatewayUri()]);
    }

    /// <summary>
    /// Looks up the head's address for each connection, because its name may resolve to another address later.
    /// </summary>
    private sealed class HeadConnector(IConnectionFactory sockets, NodeMembership membership) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(
            EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var addresses = await Dns.GetHostAddressesAsync(membership.Head.DnsSafeHost, cancellationToken);
            foreach (var (i, address) in addresses.Index())
            {
                try
                {
                    var port = ListenSettings.GatewayPortOf(membership.Head.Port);
                    return await sockets.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                }
                catch (SocketConnectionException) when (i + 1 < addresses.Length)
                {
                    // The name has several addresses: the next one is tried.
                }
            }

            throw new SocketConnectionException($"{membership.Head.DnsSafeHost} has no address");
        }
    }
}
