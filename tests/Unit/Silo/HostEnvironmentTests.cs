using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo;

/// <summary>Tests that environment variables cannot change the host's addresses.</summary>
[Collection(typeof(ProcessState))]
public sealed class HostEnvironmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Kestrel__Endpoints__Http__Url", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_Kestrel__Endpoints__Http__Url", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "0")]
    [InlineData("Orleans__Clustering__ProviderType", "Redis")]
    public async Task StartAsync_ListensOnLoopback_RegardlessOfTheEnvironment(string variable, string value)
    {
        using var set = ProcessState.Set(variable, value);
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);

        await using var silo = await SiloHost.StartAsync(
            new HeadSettings(new HomeFolder(_folder.Path), _folder.Path, "/bin/true", TimeSpan.FromMinutes(15), 0,
                _folder.Path, Verbose: false), ledger);

        Assert.StartsWith("http://127.0.0.1:", silo.Address, StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal("ok\n",
            await http.GetStringAsync(new Uri($"{silo.Address}/healthz"), TestContext.Current.CancellationToken));
    }
}
