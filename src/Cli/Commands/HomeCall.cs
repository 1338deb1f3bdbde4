using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>One call of a command that works on a home, or on a head where the command allows that.</summary>
/// <param name="Parsed">The values of the command's arguments and options.</param>
/// <param name="Console">Where the command prints.</param>
/// <param name="Home">The home. A command that accepts <c>--head</c> uses <paramref name="Place"/> instead.</param>
/// <param name="Place">Where the sweeps are.</param>
/// <param name="PrintsJson">True when the command prints JSON and nothing else.</param>
/// <param name="Cancellation">Cancelled by Ctrl-C.</param>
internal sealed record HomeCall(
    ParseResult Parsed, CommandConsole Console, HomeFolder Home, ISweepTarget Place, bool PrintsJson,
    CancellationToken Cancellation)
{
    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>
    /// Opens the ledger for reading. Throws <see cref="Core.BadInputException"/> when the home has none.
    /// </summary>
    /// <param name="anyVersion">True to also read a ledger of an earlier sbnn.</param>
    public LedgerReader OpenLedger(bool anyVersion = false) =>
        Home.HasLedger() ? LedgerReader.Open(Home.Ledger, anyVersion) : throw UnknownSweep.Here(Home);

    /// <summary>Prints a record as JSON, or lines for people.</summary>
    public void Print<T>(T record, Func<IEnumerable<string>> lines)
    {
        if (PrintsJson) Console.Json(record);
        else foreach (var line in lines()) Console.Say(line);
    }
}
