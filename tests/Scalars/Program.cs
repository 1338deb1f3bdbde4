using System.Globalization;
using Sbnn.Sweeps.Tests.Scalars;
using Sbnn.Sweeps.Trainer.Method;

// Tests that no scalar is finalised while torch reads it, because torch would then throw or compute with another
// number. Trains small networks of several methods while another thread collects garbage every millisecond, and
// compares each loss with that of the same step without collections. Exits with 1 if a step failed or a loss differed.
// Arguments: [--seconds 60] [--temporary-scalars]. With --temporary-scalars the program uses scalars that nothing keeps
// alive, and must fail, which shows that the test finds the fault.
var (seconds, usesTemporaries) = (60.0, false);
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--temporary-scalars") usesTemporaries = true;
    else if (args[i] != "--seconds" || ++i == args.Length || !TryParse(args[i], out seconds)) return Usage();
}

TorchRuntime.Prepare(threads: 1);
IReadOnlyList<(string, Func<double[]>)> pieces = usesTemporaries
    ? [("temporary scalars", TemporaryScalars.Use)]
    : [.. TrainedLosses.Pieces, .. ScalarOperations.Pieces];
var outcome = Stress.Run(pieces, TimeSpan.FromSeconds(seconds));
foreach (var (failure, times) in outcome.Failures.CountBy(static failure => failure))
    Console.WriteLine($"{times} × {failure}");
Console.WriteLine(outcome);
return outcome.Failures.Count == 0 ? 0 : 1;

static bool TryParse(string text, out double seconds) =>
    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds is > 0 and < 1e6;

static int Usage()
{
    const string Options = "[--seconds 60] [--temporary-scalars]";
    Console.Error.WriteLine($"usage: dotnet run --project tests/Scalars -c Release -- {Options}");
    return 2;
}
