using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>One call of a verb that works on a home, or on a head where the verb allows that.</summary>
/// <param name="Parsed">The values of its own arguments and options.</param>
/// <param name="Console">Where it prints.</param>
/// <param name="Home">The home; not to be used by a verb that takes a head.</param>
/// <param name="Place">Where the sweeps are.</param>
/// <param name="WantsJson">True when it prints JSON, and nothing else.</param>
/// <param name="Cancellation">Cancelled by Ctrl-C.</param>
internal sealed record HomeCall(
    ParseResult Parsed, CommandConsole Console, HomeFolder Home, ISweepTarget Place, bool WantsJson,
    CancellationToken Cancellation)
{
    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Opens the ledger to read. Throws <see cref="Core.BadInputException"/> when the home has none.</summary>
    /// <param name="anyVersion">True to read a ledger of an earlier sbnn too.</param>
    public LedgerReader OpenLedger(bool anyVersion = false) =>
        Home.HasLedger() ? LedgerReader.Open(Home.Ledger, anyVersion) : throw UnknownSweep.Here(Home);

    /// <summary>Prints a record as JSON, or lines for people.</summary>
    public void Print<T>(T record, Func<IEnumerable<string>> lines)
    {
        if (WantsJson) Console.Json(record);
        else foreach (var line in lines()) Console.Say(line);
    }
}
