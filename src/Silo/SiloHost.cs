using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Dashboard;
using Polly;
using Polly.Retry;
using Sbnn.Sweeps.Api;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Dashboard;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Hooks;
using Sbnn.Sweeps.Silo.OnDemand;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Silo;

/// <summary>
/// The head's process: the silo with its grains, the ledger, the HTTP API and the dashboard. A head that also trains
/// has a node of its own. Nodes on other machines (<see cref="NodeHost"/>) connect to a head that listens for them.
/// </summary>
public sealed class SiloHost : IAsyncDisposable
{
    private const string OrleansDashboardPath = "/orleans";

    private static readonly ResiliencePipeline RetryOnOtherPort = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static outcome =>
                ValueTask.FromResult(outcome.Outcome.Exception is not BadInputException
                    && IsSiloPortTaken(outcome.Outcome.Exception)),
            MaxRetryAttempts = 10,
            Delay = TimeSpan.Zero,
        })
        .Build();

    private readonly WebApplication _app;
    private readonly CertificateAuthority? _authority;
    private readonly GrainHeadLink? _link;
    private readonly NodeAgent? _agent;
    private readonly GpuMonitor? _gpus;

    private SiloHost(
        WebApplication app, NodeRegistry nodes, CertificateAuthority? authority, NodeSettings? node, GpuMonitor? gpus)
    {
        (_app, _authority, _gpus) = (app, authority, gpus);
        if (node is null) return;
        var (timing, time) =
            (app.Services.GetRequiredService<IOptions<ClusterTiming>>().Value,
                app.Services.GetRequiredService<TimeProvider>());
        var trainers = new TrainerHost(
            node, timing.TrainerGrace, timing.StopTimeout, time, gpus: gpus,
            logger: app.Services.GetRequiredService<ILogger<TrainerHost>>());
        var hello = NodeHello.OfThisProcess(
            node.Name, node.Identity, nodes.AdmitLocal(node.Name, node.Identity), timing.TrainerGrace);
        _link = new GrainHeadLink(Grains, hello) { Logs = new FolderLogs(node.TrialsRoot) };
        _agent = new NodeAgent(node.Name, trainers, _link, timing.SyncEvery, time,
            app.Services.GetRequiredService<ILogger<NodeAgent>>());
        _link.Poked += _agent.Poke;
        _agent.Start();
    }

    /// <summary>The grains, called from inside the silo.</summary>
    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The address of the HTTP API and the dashboard on this machine.</summary>
    public string Address =>
        _app.Urls.Single(static url => url.StartsWith(Uri.UriSchemeHttp + ":", StringComparison.Ordinal));

    /// <summary>Facts about the home that are not in the ledger.</summary>
    public IHomeFacts Facts => _app.Services.GetRequiredService<IHomeFacts>();

    /// <summary>Admits machines as nodes.</summary>
    public INodeAdmission Nodes => _app.Services.GetRequiredService<INodeAdmission>();

    /// <summary>
    /// Starts the silo on a free loopback port, and the agent of the head's own node. The start cannot be cancelled,
    /// because a partly started silo cannot be stopped cleanly.
    /// </summary>
    /// <exception cref="BadInputException">
    /// An address is not of this machine, a port is not free, or the home's authority is damaged.
    /// </exception>
    public static Task<SiloHost> StartAsync(HeadSettings head, SweepLedger ledger) =>
        StartAsync(head, ledger, FindFreePort);

    /// <summary>
    /// Starts the silo on a port from <paramref name="choosePort"/>. If another process takes the port before the silo
    /// does, the next port is tried.
    /// </summary>
    internal static async Task<SiloHost> StartAsync(HeadSettings head, SweepLedger ledger, Func<int> choosePort)
    {
        PortCheck.ThrowIfUnusable(head.Port, head.Listen);
        HookFile.Read(head.Home.Hooks); // Mistakes are reported now, not when a sweep ends.
        return await RetryOnOtherPort.ExecuteAsync(async _ => await StartAsync(head, ledger, choosePort()));
    }

    private static async Task<SiloHost> StartAsync(HeadSettings head, SweepLedger ledger, int siloPort)
    {
        var (time, listen) = (TimeProvider.System, head.Listen);
        var authority = listen is null ? null : CertificateAuthority.OpenOrCreate(head.Home.Authority, time);
        var certificate = authority is null ? null : new CurrentHeadCertificate(authority, listen!.Names, time);
        var nodes = new NodeRegistry(head.Home.Nodes,
            authority is null ? null : new HeadGateway(authority, listen!.Url, listen.GatewayPort), time);

        // The empty builder reads no environment and no file: Kestrel's and Orleans' own settings could open the API to
        // the network.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            // The paths of static files contain this name, so it must not depend on the program that hosts the silo.
            ApplicationName = "sbnn",
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot", // Relative to the content root, where a build places the files, too.
        });
        // The exporters read the OpenTelemetry variables from the configuration.
        builder.Configuration.AddInMemoryCollection(OpenTelemetryVariables.Read());
        SbnnLogging.Configure(builder.Logging, head.Verbose);
        SiloTelemetry.Configure(builder.Services);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, head.Port);
            if (certificate is null) return;
            kestrel.Listen(listen!.Address, listen.Port, endpoint => endpoint.UseHttps(https =>
            {
                https.ServerCertificateSelector = (_, _) => certificate.Current;
                https.SslProtocols = SslProtocols.Tls13;
            }));
        });
        builder.Services.AddRouting();
        // The command handles signals instead of the host.
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(ledger.Reader);
        builder.Services.AddSingleton(ledger.Writer);
        builder.Services.AddSingleton(new PreparedFolder(head.DataRoot)).AddSingleton(new FolderLogs(head.Home.Trials));
        builder.Services.AddSingleton(services => new ArchivedLogs(
            head.Home.Logs, head.Home.Trials, logger: services.GetRequiredService<ILogger<ArchivedLogs>>()));
        builder.Services.AddSingleton<ILogKeeper>(static services => services.GetRequiredService<ArchivedLogs>())
            .AddSingleton<IAttemptLogs, HeadLogs>();
        var checkpoints = new CheckpointStore(head.Checkpoints, head.CheckpointLimits);
        builder.Services.AddSingleton<IStoredCheckpoints>(checkpoints)
            .AddSingleton(new UploadStores(checkpoints, new WeightsStore(head.Home.Weights)));
        var heard = new NodeBoard();
        var waiting = new WaitingBoard();
        var facts = HomeFacts.OfHead(head.Home, new NodeViews(nodes, heard, time), waiting);
        builder.Services.AddSingleton(waiting);
        builder.Services.AddSweepApi(facts, new ImagesOfTrainers(head.TrainerPath, head.DataRoot), nodes, heard);
        builder.Services.AddSingleton(services => new FinishHooks(
            head.Home.Hooks, ledger.Reader, ledger.Writer, time,
            services.GetRequiredService<ILogger<FinishHooks>>()));
        builder.Services.AddSingleton<IFinishHooks>(static services => services.GetRequiredService<FinishHooks>());
        builder.Services.AddHostedService(static services => services.GetRequiredService<FinishHooks>());
        if (head.OnDemand is { } command)
        {
            builder.Services.AddHostedService(services => new OnDemandNodes(
                command,
                services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>(0)
                    .CountWaitingAsync,
                time, services.GetRequiredService<ILogger<OnDemandNodes>>()));
        }

        builder.Services.AddDashboard(
            head.Tables, new DashboardLinks(head.HasOrleansDashboard ? OrleansDashboardPath : null));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort);
            silo.Configure<EndpointOptions>(static endpoint =>
            {
                endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                endpoint.GatewayPort = 0; // All callers of grains are in this process, unless other machines may join.
            });
            silo.Configure<ClusterOptions>(ClusterConnections.Name);
            silo.Configure<SiloConnectionOptions>(static connections =>
                connections.ConfigureSiloInboundConnection(RefuseAll));
            if (certificate is not null) silo.OpenGateway(listen!, certificate, authority!.Certificate, nodes, time);
            silo.AddSweeps();
            // The ledger waits for a lock and then throws an exception that names the lock. The response timeout is
            // longer, so that callers get this exception and not a timeout.
            silo.Configure<SiloMessagingOptions>(static messaging =>
                messaging.ResponseTimeout = 4 * SweepLedger.DefaultLockTimeout);
            silo.Services.Configure<ClusterTiming>(
                timing => (timing.TrainerGrace, timing.NodeLease) = (head.Grace, ClusterTiming.LeaseFor(head.Grace)));
            if (head.HasOrleansDashboard) silo.AddDashboard(static options => options.HideTrace = true);
            if (SiloTelemetry.TraceOrleans) silo.AddActivityPropagation();
        });

        var app = builder.Build();
        app.UseHostGate(listen?.Names ?? []);
        app.UseToken(head.Home.MakeToken(), nodes);
        app.MapSweepApi();
        app.MapDashboard();
        if (head.HasOrleansDashboard) app.MapOrleansDashboard(OrleansDashboardPath);
        SiloTelemetry.Map(app);
        try
        {
            await app.StartAsync();
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            authority?.Dispose();
            if (error is IOException { InnerException: AddressInUseException })
                PortCheck.ThrowIfUnusable(head.Port, head.Listen); // Another program took a port since the first check.
            throw;
        }

        var gpus = head.Node is { } own
            ? await GpuMonitor.StartAsync(own.Gpus, app.Services, time, CancellationToken.None)
            : null;
        return new SiloHost(app, nodes, authority, head.Node, gpus);
    }

    /// <summary>
    /// Stops the trainers of the head's own node when the ledger is lost, because their results could no longer be
    /// recorded. Returns when no trainer runs.
    /// </summary>
    public Task AbandonTrainersAsync() => _agent?.AbandonAsync() ?? Task.CompletedTask;

    /// <summary>Calls the hooks of sweeps that have ended, and returns when the calls have ended.</summary>
    public Task CallHooksAsync(CancellationToken cancellation) =>
        _app.Services.GetRequiredService<FinishHooks>().CallDueAsync(cancellation);

    /// <summary>
    /// Stops the trainers of the head's own node, with checkpoints. Trainers of other nodes continue, and these nodes
    /// wait for the next head process.
    /// </summary>
    public Task LeaveAsync() => _agent?.LeaveAsync(TimeSpan.FromSeconds(15)) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        if (_gpus is not null) await _gpus.DisposeAsync();
        _link?.Dispose();
        await _app.StopAsync();
        SiloTelemetry.Flush(_app.Services);
        await _app.DisposeAsync();
        _authority?.Dispose();
    }

    // The cluster has only this silo, so every connection from another silo is refused. Without this filter, any user
    // of this machine could connect to the silo's port and call every grain.
    private static void RefuseAll(IConnectionBuilder connections) =>
        connections.Use(static _ => static connection =>
    {
        connection.Abort();
        return Task.CompletedTask;
    });

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsSiloPortTaken(Exception? error) =>
        error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } or AddressInUseException
            || (error?.InnerException is { } inner && IsSiloPortTaken(inner));
}
