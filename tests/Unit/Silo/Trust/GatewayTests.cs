using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trust;

/// <summary>
/// Tests what a machine may do at a head's gateway with a node's certificate, with other certificates, and without one.
/// </summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private static readonly NodeName Name = new("gpu-1");
    private readonly TempFolder _folder = new();
    private SweepLedger _ledger = null!;
    private SiloHost _silo = null!;
    private ListenSettings _listen = null!;

    private HomeFolder Head => new(_folder.In("head"));

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Head.Path);
        _ledger = await SweepLedger.OpenAsync(Head.Ledger, TimeProvider.System);
        await StartAsync(IPAddress.Loopback);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Node_MayCallItsOwnGrain_AndNoOther()
    {
        using var node = await ConnectAsync(Join(Name));
        var grains = node.Services.GetRequiredService<IGrainFactory>();

        await AssertRejectedAsync(() => grains.GetGrain<ISweepGrain>("sweep")
            .SetDesiredStateAsync(DesiredState.Cancelled),
            nameof(ISweepGrain));
        await AssertRejectedAsync(() => grains.GetGrain<ISchedulerGrain>(0).DrainAsync(), nameof(ISchedulerGrain));
        await AssertRejectedAsync(
            () => grains.GetGrain<ITrialGrain>(new string('0', 64)).LoseAsync(1, "mine"), nameof(ITrialGrain));
        await AssertRejectedAsync(() => grains.GetGrain<IManagementGrain>(0).GetHosts(), nameof(IManagementGrain));

        var answer = NodeAnswer.Of(
            await grains.GetGrain<INodeGrain>(Name.Value).HelloAsync(Hello(Name, Secret).ToWords()));
        Assert.NotNull(answer.Session);
        var orders = await grains.GetGrain<INodeGrain>(Name.Value)
            .FindOrderAsync(answer.Session, new AttemptId(new TrialKey(new string('0', 64)), 1))
            .ContinueWith(static call => call.Exception?.InnerException?.Message, TaskScheduler.Default);
        // The gateway accepted the call, because the error is from the trial's grain.
        Assert.Contains("the ledger has no trial", orders, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadsOwnNode_AcceptsAPoke_AndNoOtherCall()
    {
        var node = new OwnNode();
        var observer = _silo.Grains.CreateObjectReference<INodeObserver>(node);

        await observer.PokeAsync();

        await node.Poked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await AssertRejectedAsync(
            () => observer.ReadLogAsync(new AttemptId(new TrialKey(new string('0', 64)), 1), LogFile.Stdout, 0, 1),
            nameof(INodeObserver));
    }

    [Fact]
    public async Task Node_CannotUseAnotherNodesName_WithItsOwnSecret()
    {
        using var node = await ConnectAsync(Join(Name));
        var grains = node.Services.GetRequiredService<IGrainFactory>();

        var answer = NodeAnswer.Of(
            await grains.GetGrain<INodeGrain>("gpu-2").HelloAsync(Hello(new("gpu-2"), Secret).ToWords()));

        Assert.StartsWith("this head has not admitted the node", answer.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_IsRefusedImmediately_WhenItIsRemoved()
    {
        var membership = Join(Name);
        using var node = await ConnectAsync(membership);
        var grain = node.Services.GetRequiredService<IGrainFactory>().GetGrain<INodeGrain>(Name.Value);
        var session = NodeAnswer.Of(await grain.HelloAsync(Hello(Name, Secret).ToWords())).Session!;

        _silo.Nodes.Remove(Name);

        await Assert.ThrowsAsync<NoSuchSessionException>(() => grain.LeaveAsync(session));
        await node.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(await CanConnectAsync(membership.Certificate));
    }

    [Fact]
    public async Task Gateway_RefusesAConnection_WithoutANodesCertificate()
    {
        var membership = Join(Name);
        using var other = CertificateAuthority.OpenOrCreate(_folder.In("other.pem"), TimeProvider.System);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var foreign = other.IssueNode(
            new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), Name, "0");
        using var foreignWithKey = foreign.CopyWithPrivateKey(key);
        using var authority = CertificateAuthority.OpenOrCreate(Head.Authority, TimeProvider.System);
        using var head = authority.IssueHead([]);
        using var forged = Forge(membership.Certificate);

        Assert.True(await CanConnectAsync(membership.Certificate));
        var taken = await Task.WhenAll(
            // The node expects the certificate of another head.
            CanConnectAsync(client => client.ConnectToHead(Join(new NodeName("gpu-2"), other))),
            CanConnectAsync(certificate: null),
            CanConnectAsync(foreignWithKey),
            CanConnectAsync(forged),
            CanConnectAsync(head), // A node must not use the certificate of a head.
            CanConnectAsync(membership.Certificate, SslProtocols.Tls12));
        Assert.DoesNotContain(true, taken);
    }

    [Fact]
    public async Task Node_MayCallItsOwnGrain_WhenTheHeadIsNotOnLoopback()
    {
        var outside = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
                .Select(static unicast => unicast.Address)
            .FirstOrDefault(static address => address.AddressFamily == AddressFamily.InterNetwork
                && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(outside is null, "this machine has no network address besides loopback");
        await _silo.DisposeAsync();
        await StartAsync(outside);

        using var node = await ConnectAsync(Join(Name));

        var words = await node.Services.GetRequiredService<IGrainFactory>().GetGrain<INodeGrain>(Name.Value)
            .HelloAsync(Hello(Name, Secret).ToWords());
        Assert.Null(NodeAnswer.Of(words).Refusal);
    }

    [Fact]
    public async Task Node_MayCallItsOwnGrain_ThroughAPortForward()
    {
        await _silo.DisposeAsync();
        var advertised = PortPair.FindFree(IPAddress.Loopback);
        await StartAsync(IPAddress.Loopback, advertised);
        using var forward = new TcpListener(IPAddress.Loopback, advertised + 1);
        forward.Start();
        using var over = new CancellationTokenSource();
        var forwarded = ForwardAsync(forward, _listen.GatewayPort, over.Token);

        using (var node = await ConnectAsync(Join(Name)))
        {
            var grain = node.Services.GetRequiredService<IGrainFactory>().GetGrain<INodeGrain>(Name.Value);
            Assert.Null(NodeAnswer.Of(await grain.HelloAsync(Hello(Name, Secret).ToWords())).Refusal);
        }

        await over.CancelAsync();
        Assert.True(await forwarded > 0);
    }

    private string Secret { get; set; } = "";

    // Forwards connections to another port until the token is cancelled, and returns their number.
    private static async Task<int> ForwardAsync(TcpListener from, int to, CancellationToken over)
    {
        List<TcpClient> clients = [];
        try
        {
            while (true)
            {
                var (near, far) = (await from.AcceptTcpClientAsync(over), new TcpClient());
                clients.AddRange([near, far]);
                await far.ConnectAsync(IPAddress.Loopback, to, over);
                _ = near.GetStream().CopyToAsync(far.GetStream(), over);
                _ = far.GetStream().CopyToAsync(near.GetStream(), over);
            }
        }
        catch (OperationCanceledException)
        {
            clients.ForEach(static client => client.Dispose());
            return clients.Count / 2;
        }
    }

    private async Task StartAsync(IPAddress address, int? advertisedPort = null)
    {
        _listen = new ListenSettings(address, PortPair.FindFree(address), address.ToString())
        {
            AdvertisedPort = advertisedPort,
        };
        var settings = new HeadSettings(Head, _folder.Path, "/bin/true", TimeSpan.FromMinutes(15), 0, _folder.Path,
            Verbose: false)
        { Listen = _listen };
        _silo = await SiloHost.StartAsync(settings, _ledger);
    }

    private static NodeHello Hello(NodeName name, string secret) =>
        NodeHello.OfThisProcess(name, new string('0', 32), secret, TimeSpan.Zero);

    private static async Task AssertRejectedAsync(Func<Task> call, string name)
    {
        var error = await Assert.ThrowsAsync<UnauthorizedAccessException>(call);
        Assert.StartsWith($"{name}: a node may not call this interface", error.Message, StringComparison.Ordinal);
    }

    // Creates a certificate with the content of a node's certificate, including the serial number, but signed with
    // another key.
    private static X509Certificate2 Forge(X509Certificate2 node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(node.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (var usage in node.Extensions.OfType<X509EnhancedKeyUsageExtension>())
            request.CertificateExtensions.Add(usage);
        using var signed = request.Create(
            node.IssuerName, X509SignatureGenerator.CreateForECDsa(signer), node.NotBefore, node.NotAfter,
            node.SerialNumberBytes.Span);
        return signed.CopyWithPrivateKey(key);
    }

    private NodeMembership Join(NodeName name)
    {
        using var authority = CertificateAuthority.OpenOrCreate(Head.Authority, TimeProvider.System);
        return Join(name, authority);
    }

    private NodeMembership Join(NodeName name, CertificateAuthority trusted)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var joined = _silo.Nodes.Admit(
            new JoinRequest { Name = name.Value, Identity = new string('0', 32), Csr = request });
        Secret = joined.Secret;
        return NodeMembership.Store(
            _folder.In("membership.json"), name, new Uri(_listen.Url), joined.GatewayPort,
            X509Certificate2.CreateFromPem(trusted.Pem), joined.Certificate, key,
            joined.Secret);
    }

    private static async Task<IHost> ConnectAsync(NodeMembership membership)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleansClient(client => client.ConnectToHead(membership));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private async Task<bool> CanConnectAsync(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13)
    {
        using var authority = CertificateAuthority.OpenOrCreate(Head.Authority, TimeProvider.System);
        return await CanConnectAsync(client =>
        {
            client.Configure<ClusterOptions>(ClusterConnections.Name);
            client.UseStaticClustering(new IPEndPoint(_listen.Address, _listen.GatewayPort));
            client.UseTls(tls =>
            {
                tls.LocalCertificate = certificate;
                tls.RemoteCertificateValidation = (shown, _, _) =>
                    HeadCertificate.FindFault(shown, authority.Certificate) is null;
                tls.OnAuthenticateAsClient = static (_, ssl) => ssl.TargetHost = HeadCertificate.CommonName;
                tls.SslProtocols = protocols;
            });
        });
    }

    private static async Task<bool> CanConnectAsync(Action<IClientBuilder> connect)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleansClient(connect);
        using var host = builder.Build();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // The client retries until this limit. A connection that is accepted takes a fraction of the time.
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await host.StartAsync(limit.Token);
            return true;
        }
        catch (Exception error) when (error is OrleansException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class OwnNode : INodeObserver
    {
        public TaskCompletionSource Poked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PokeAsync()
        {
            Poked.TrySetResult();
            return Task.CompletedTask;
        }

        public Task<LogPart?> ReadLogAsync(AttemptId attempt, LogFile file, long offset, int max) =>
            Task.FromResult<LogPart?>(null);
    }
}
