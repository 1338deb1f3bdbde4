using System.Globalization;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>
/// Tests that reports do not depend on the culture and the time zone. The test changes the time zone of the whole
/// process, so no other test runs at the same time.
/// </summary>
[Collection(typeof(ProcessState))]
public sealed class ReportCultureTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_EqualTheGoldenFiles_InAnotherCultureAndTimeZone()
    {
        var (culture, zone) = (CultureInfo.CurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        try
        {
            // The culture has the separators of several real ones. It is made here, because a build with
            // InvariantGlobalization has no cultures by name.
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (odd.NumberFormat.NegativeSign, odd.NumberFormat.NumberDecimalSeparator) = ("~", ",");
            (odd.DateTimeFormat.DateSeparator, odd.DateTimeFormat.TimeSeparator) = ("/", ".");
            CultureInfo.CurrentCulture = odd;
            SetZone("Asia/Kolkata");
            Assert.Equal(TimeSpan.FromHours(5.5), TimeZoneInfo.Local.BaseUtcOffset);
            var files = await GoldenReport.RenderAsync(_folder);
            foreach (var name in GoldenReport.Names) GoldenReport.Check(name, files[name], mayUpdate: false);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            SetZone(zone);
        }

        static void SetZone(string? zone)
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }
    }
}
