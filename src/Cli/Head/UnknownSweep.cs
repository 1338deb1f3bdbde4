using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>The error for an unknown sweep name; it lists the known names.</summary>
internal static class UnknownSweep
{
    public static BadInputException Here(HomeFolder home) =>
        new($"--home: {home.Path} has no ledger; `{home.Command("run <spec>")}` creates one");

    public static async Task<BadInputException> OfAsync(string sweep, ISweepReads sweeps) =>
        Of(sweep, [.. (await sweeps.ReadSweepsAsync()).Select(static known => known.Name)]);

    public static BadInputException Of(string sweep, IReadOnlyList<string> known) => new(known.Count == 0
        ? $"name: no sweep is named {sweep}; the ledger has no sweeps"
        : $"name: no sweep is named {sweep} (allowed: {string.Join(", ", known)})"
            + SpellingSuggestion.Hint(sweep, known));
}
