using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Tests.Unit.Silo;

public sealed class SiloHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-silo-").FullName;
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);

    public SiloHostTests() => _other.Start();

    private int TakenPort => ((IPEndPoint)_other.LocalEndpoint).Port;

    public void Dispose()
    {
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task StartAsync_UsesAnotherPort_WhenTheChosenOneIsTakenMeanwhile()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        var chosen = 0;

        await using var silo = await SiloHost.StartAsync(Head(), ledger, () => chosen++ == 0 ? TakenPort : FreePort());

        Assert.Equal(2, chosen);
        using var http = new HttpClient();
        Assert.Equal("ok\n",
            await http.GetStringAsync(new Uri($"{silo.Address}/healthz"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SiloPort_ClosesEveryConnection()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        var port = FreePort();
        await using var silo = await SiloHost.StartAsync(Head(), ledger, () => port);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);

        // If the silo accepted the connection, it would send its identity and keep the connection open.
        var received = await ReadAsync(stranger)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(0, received);
    }

    [Fact]
    public async Task StartAsync_RejectsAnHttpPort_WhenItIsTaken()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);

        var error = await Assert.ThrowsAsync<BadInputException>(
            () => SiloHost.StartAsync(Head() with { Port = TakenPort }, ledger));

        Assert.Equal($"--port: port {TakenPort} is not free: another program listens on it; choose another port",
            error.Message);
    }

    [Fact]
    public async Task StartAsync_NamesTheOption_WhenTheAddressIsNotOfThisMachine()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        var listen = new ListenSettings(IPAddress.Parse("203.0.113.1"), FreePort(), "head");

        var error = await Assert.ThrowsAsync<BadInputException>(
            () => SiloHost.StartAsync(Head() with { Listen = listen }, ledger));

        Assert.StartsWith("--listen: 203.0.113.1 is not an address of this machine (allowed: ", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_RejectsTheGatewaysPort_WhenItIsTaken()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        var listen = new ListenSettings(IPAddress.Loopback, TakenPort - 1, "head");

        var error = await Assert.ThrowsAsync<BadInputException>(
            () => SiloHost.StartAsync(Head() with { Listen = listen }, ledger));

        Assert.EndsWith("is not free: another program listens on it; choose another port", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_Fails_WhenTheTimingIsNotValid()
    {
        await using var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System);

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => SiloHost.StartAsync(Head() with { Grace = TimeSpan.FromSeconds(-5) }, ledger));

        Assert.Equal("TrainerGrace: -00:00:05 is not allowed (allowed: longer than zero)", error.Message);
    }

    private HeadSettings Head() =>
        new(new HomeFolder(_folder), _folder, "/bin/true", TimeSpan.FromMinutes(15), 0, _folder, Verbose: false)
        {
            Node = new NodeSettings(new("node"), "identity", 1, 1, _folder, _folder, "/bin/true",
                TimeSpan.FromMinutes(15)),
        };

    private static async Task<int> ReadAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]);
        }
        catch (IOException)
        {
            return 0; // A reset of the connection counts as its end.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
