using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Polly;
using Polly.Retry;
using Sbnn.Sweeps.Api;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Dashboard;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Silo;

/// <summary>One process that is head and node at once: the silo with its grains, the ledger, the trainers, the HTTP API and the dashboard.</summary>
public sealed class SiloHost : IAsyncDisposable
{
    private static readonly ResiliencePipeline OtherPort = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Exception is not BadInputException && IsSiloPortTaken(outcome.Outcome.Exception)),
            MaxRetryAttempts = 10,
            Delay = TimeSpan.Zero,
        })
        .Build();

    private readonly WebApplication _app;
    private readonly GrainHeadLink _link;
    private readonly NodeAgent _agent;

    private SiloHost(WebApplication app, NodeSettings node)
    {
        _app = app;
        var (timing, time) = (app.Services.GetRequiredService<IOptions<ClusterTiming>>().Value, app.Services.GetRequiredService<TimeProvider>());
        var trainers = new TrainerHost(node, timing.TrainerGrace, timing.StopPatience, time);
        _link = new GrainHeadLink(Grains, NodeHello.OfThisProcess(node.Name, node.Identity)) { Logs = new FolderLogs(node.TrialsRoot) };
        _agent = new NodeAgent(node.Name, trainers, _link, timing.SyncEvery, time, app.Services.GetRequiredService<ILogger<NodeAgent>>());
        _link.Poked += _agent.Poke;
        _agent.Start();
    }

    /// <summary>The grains, called from inside the silo.</summary>
    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Where the HTTP API and the dashboard answer: the only place, so a second listener would be an error.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>
    /// Starts the silo on a free loopback port, and its node's agent. A silo that has started in part cannot be stopped cleanly, so
    /// the start is not cancelled.
    /// </summary>
    /// <exception cref="BadInputException">The HTTP port is not free.</exception>
    public static Task<SiloHost> StartAsync(NodeSettings node, SweepLedger ledger, ApiToken token, int port, string tables, bool verbose) =>
        StartAsync(node, ledger, token, port, tables, verbose, FindFreePort);

    /// <summary>As above. Another process may take the silo's port before the silo does; then the next one is chosen.</summary>
    internal static async Task<SiloHost> StartAsync(
        NodeSettings node, SweepLedger ledger, ApiToken token, int port, string tables, bool verbose, Func<int> choosePort) =>
        await OtherPort.ExecuteAsync(async _ => await StartAsync(node, ledger, token, port, tables, verbose, choosePort()));

    private static async Task<SiloHost> StartAsync(NodeSettings node, SweepLedger ledger, ApiToken token, int port, string tables, bool verbose, int siloPort)
    {
        var home = new HomeFolder(Path.GetDirectoryName(Path.GetFullPath(node.TrialsRoot))!);

        // The empty builder reads no environment and no file: Kestrel's and Orleans' own settings could open the API to the network.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "sbnn", // Its static files are named for it, whatever the program that hosts it.
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot", // Below it; a build lays them there too.
        });
        builder.Configuration.AddInMemoryCollection(OpenTelemetryVariables.Read()); // Its exporters read them there.
        SbnnLogging.Configure(builder.Logging, verbose);
        SiloTelemetry.Configure(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>(); // The command handles signals, not the host.
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(ledger.Reader);
        builder.Services.AddSingleton(ledger.Writer);
        builder.Services.AddSingleton(new PreparedFolder(node.DataRoot)).AddSingleton(new FolderLogs(node.TrialsRoot));
        builder.Services.AddSingleton(services => new KeptLogs(home.Logs, node.TrialsRoot, logger: services.GetRequiredService<ILogger<KeptLogs>>()));
        builder.Services.AddSingleton<ILogKeeper>(static services => services.GetRequiredService<KeptLogs>()).AddSingleton<IAttemptLogs, HeadLogs>();
        var checkpoints = new CheckpointStore(home.Checkpoints, new CheckpointLimits());
        builder.Services.AddSingleton<ICheckpointStore>(checkpoints).AddSingleton<IHeldCheckpoints>(checkpoints);
        builder.Services.AddSweepApi(HomeFacts.OfHead(node.TrialsRoot), new ImagesOfTrainers(node));
        builder.Services.AddDashboard(tables);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort);
            silo.Configure<EndpointOptions>(static endpoint =>
            {
                endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                endpoint.GatewayPort = 0; // Everything that calls a grain is in this process.
            });
            silo.Configure<SiloConnectionOptions>(static connections => connections.ConfigureSiloInboundConnection(RefuseStrangers));
            silo.AddSweeps();
            // The ledger waits for a lock, and says so in the end: its callers are to hear that, not that nobody answered.
            silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = 4 * SweepLedger.UsualPatience);
            silo.Services.Configure<ClusterTiming>(timing => (timing.TrainerGrace, timing.NodeLease) = (node.Grace, node.Grace + TimeSpan.FromMinutes(1)));
            if (SiloTelemetry.TraceOrleans) silo.AddActivityPropagation();
        });

        var app = builder.Build();
        app.UseLoopbackHost();
        app.UseToken(token);
        app.MapSweepApi();
        app.MapDashboard();
        SiloTelemetry.Map(app);
        try
        {
            await app.StartAsync();
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            if (error is IOException { InnerException: AddressInUseException })
                throw new BadInputException($"--port: {port} is not free: another program listens there", error);
            throw;
        }

        return new SiloHost(app, node);
    }

    /// <summary>Stops this node's trainers, whatever the ledger says of them: nothing that they do could be recorded. Returns when none is left.</summary>
    public Task AbandonTrainersAsync() => _agent.AbandonAsync();

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _link.Dispose();
        await _app.StopAsync();
        SiloTelemetry.Flush(_app.Services);
        await _app.DisposeAsync();
    }

    // The only silo has no peer, and whoever could connect to its port, another user of this machine as well, could call every grain.
    private static void RefuseStrangers(IConnectionBuilder connections) => connections.Use(static _ => static connection =>
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
        error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } or AddressInUseException || (error?.InnerException is { } inner && IsSiloPortTaken(inner));

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
