using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Silo;

/// <summary>
/// A process that is only a node: it runs trainers for a head on another machine and connects to that head as an
/// Orleans client. A node never opens a ledger.
/// </summary>
public sealed partial class NodeHost : IAsyncDisposable
{
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan BetweenContacts = TimeSpan.FromSeconds(5);

    // The timeout for the transfer of a whole file. A stalled transfer is aborted much earlier.
    private static readonly TimeSpan FileTimeout = TimeSpan.FromHours(2);

    private readonly IHost _host;
    private readonly HttpClient _http;
    private readonly FileUploader _checkpoints;
    private readonly GpuMonitor? _gpus;
    private readonly GrainHeadLink _link;
    private readonly NodeAgent _agent;
    private readonly NodeMembership _membership;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeHost> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _renewals;
    private DateTime _contactAt;

    private NodeHost(
        IHost host, NodeSettings node, NodeMembership membership, UploadSettings upload, GpuMonitor? gpus,
        TimeProvider time)
    {
        (_host, _membership, _gpus, _time) = (host, membership, gpus, time);
        _logger = host.Services.GetRequiredService<ILogger<NodeHost>>();
        var timing = new ClusterTiming();
        _http = new HeadAccess(membership.Head, Token: null, membership.Authority).Connect(FileTimeout);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", membership.Secret);
        var images = new ImageStore(_http, new PreparedFolder(node.DataRoot), time);
        _checkpoints = new FileUploader(
            node.Name, _http, upload, time,
            host.Services.GetRequiredService<ILogger<FileUploader>>());
        var trainers = new TrainerHost(
            node, node.Grace, timing.StopTimeout, time, images, _checkpoints, gpus,
            host.Services.GetRequiredService<ILogger<TrainerHost>>());
        var hello = NodeHello.OfThisProcess(node.Name, node.Identity, membership.Secret, node.Grace) with
        {
            IsTemporary = node.IsTemporary,
        };
        _link = new GrainHeadLink(
            host.Services.GetRequiredService<IGrainFactory>(), hello)
        { Logs = new FolderLogs(node.TrialsRoot) };
        _agent = new NodeAgent(
            node.Name, trainers, _link, timing.SyncEvery, time, host.Services.GetRequiredService<ILogger<NodeAgent>>());
        _link.Poked += _agent.Poke;
        if (node.Contact is { } contact) _link.Synced += () => RecordContact(contact);
        _agent.Start();
        _renewals = RenewAsync();
    }

    /// <summary>Connects to the head, however long that takes, and begins to run its orders.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the head answered.</exception>
    public static async Task<NodeHost> StartAsync(
        NodeSettings node, NodeMembership membership, UploadSettings upload, bool verbose, TimeProvider time,
        CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "sbnn" });
        builder.Configuration.AddInMemoryCollection(OpenTelemetryVariables.Read());
        SbnnLogging.Configure(builder.Logging, verbose);
        SiloTelemetry.Configure(builder.Services);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.UseOrleansClient(client => client.ConnectToHead(membership));
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellation);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        var gpus = await GpuMonitor.StartAsync(node.Gpus, host.Services, time, cancellation);
        return new NodeHost(host, node, membership, upload, gpus, time);
    }

    /// <summary>How long no trainer has run on this node; zero while one runs.</summary>
    public TimeSpan IdleTime => _agent.IdleTime;

    /// <summary>Leaves the cluster: trainers write checkpoints and stop, and the head is notified.</summary>
    public Task LeaveAsync() => _agent.LeaveAsync(LeaveTimeout);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _renewals;
        await _agent.DisposeAsync();
        if (_gpus is not null) await _gpus.DisposeAsync();
        _link.Dispose();
        _checkpoints.Dispose();
        _http.Dispose();
        await _host.StopAsync();
        SiloTelemetry.Flush(_host.Services);
        _host.Dispose();
        _stopping.Dispose();
    }

    // A file whose time cannot be set looks old, so `sbnn healthcheck` reports the node.
    private void RecordContact(string file)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (now - _contactAt < BetweenContacts && now >= _contactAt) return;
        try
        {
            if (!File.Exists(file)) File.Create(file).Dispose();
            File.SetLastWriteTimeUtc(file, now);
            _contactAt = now;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNoContact(file, error.Message);
        }
    }

    private async Task RenewAsync()
    {
        using var tick = new PeriodicTimer(BetweenRenewals, _time);
        try
        {
            do
            {
                if (_membership.Certificate.NotAfter.ToUniversalTime() - _time.GetUtcNow().UtcDateTime
                    > CertificateAuthority.RenewBefore) continue;
                try
                {
                    await NodeEnrollment.RenewAsync(_membership, _stopping.Token);
                    LogRenewed(_membership.Certificate.NotAfter);
                }
                catch (Exception error) when (error is BadInputException or HeadUnreachableException or IOException)
                {
                    LogNotRenewed(_membership.Certificate.NotAfter, error.Message);
                }
            }
            while (await tick.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node's process is stopping.
        }
    }

    [LoggerMessage(LogLevel.Information, "This node's certificate was renewed; the new one is valid until {Until:u}")]
    private partial void LogRenewed(DateTime until);

    [LoggerMessage(LogLevel.Debug, "The time of the head's answer could not be recorded in {File}: {Reason}")]
    private partial void LogNoContact(string file, string reason);

    [LoggerMessage(LogLevel.Warning,
        "This node's certificate, valid until {Until:u}, could not be renewed; retrying in an hour: {Reason}")]
    private partial void LogNotRenewed(DateTime until, string reason);
}
