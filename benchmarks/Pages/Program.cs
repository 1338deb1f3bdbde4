using System.Globalization;
using Sbnn.Sweeps.Benchmarks.Pages;

// Measures the dashboard and the API of a head with 22,500 trials, of which eight report an epoch every second; see
// benchmarks/README.md. Arguments: [requests of each kind=100] [limit in ms=100], or soak [minutes=10].
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["soak", ..])
{
    var minutes = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 10;
    await using var soaked = await LoadedHead.StartAsync();
    return await new Soak(soaked).RunAsync(TimeSpan.FromMinutes(minutes)) ? 0 : 1;
}

var requests = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
var limit = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 100;
await using var head = await LoadedHead.StartAsync();
var slowest = await new Answers(head).MeasureAsync(requests);
await new Interactions(head).MeasureAsync(Math.Max(1, requests / 5));
Console.WriteLine($"\nthe slowest answer takes {slowest:0.0} ms (p95; allowed: {limit:0} ms)");
return slowest <= limit ? 0 : 1;
