using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>What is said of a name that no sweep has.</summary>
internal static class UnknownSweep
{
    public static BadInputException Here(HomeFolder home) =>
        new($"--home: there is no ledger in {home.Path}; `{home.Command("run <spec>")}` makes one");

    public static async Task<BadInputException> OfAsync(string sweep, ISweepReads sweeps) =>
        Of(sweep, [.. (await sweeps.ReadSweepsAsync()).Select(static known => known.Name)]);

    public static BadInputException Of(string sweep, IReadOnlyList<string> known) => new(known.Count == 0
        ? $"name: there is no sweep named {sweep}; the ledger has none"
        : $"name: there is no sweep named {sweep}{SpellingSuggestion.Hint(sweep, known)}; "
        + $"the ledger has {string.Join(", ", known)}");
}
