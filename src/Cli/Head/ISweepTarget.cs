using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>Where the sweeps of a verb are: in a home here, or with a head anywhere.</summary>
internal interface ISweepTarget : ISweepChanges, IDisposable
{
    /// <summary>The home's path; null for a head elsewhere.</summary>
    string? Home { get; }

    /// <summary>The head; null: none runs here.</summary>
    HeadOutput? Head { get; }

    /// <summary>In one line, whether an sbnn runs there.</summary>
    string Standing { get; }

    /// <summary>The address of the dashboard, as a user may open it; null where none is known.</summary>
    string? Dashboard { get; }

    /// <summary>Reads the sweeps. Throws <see cref="Core.BadInputException"/> when a home has none.</summary>
    ISweepReads Reads { get; }

    /// <summary>A command on this place, as a user would type it.</summary>
    string Command(string words);

    /// <summary>A client of the head. Throws <see cref="Core.BadInputException"/> when none runs here.</summary>
    SweepsClient Connect();
}

/// <summary>
/// Changes sweeps. An unknown name is a <see cref="Core.BadInputException"/> that lists the known ones.
/// </summary>
internal interface ISweepChanges
{
    Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired);

    Task<Changed<ChangedPriority>> PriorityAsync(string sweep, int priority);

    Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep);
}

/// <summary>A change that is made.</summary>
/// <param name="Change">What it did.</param>
/// <param name="Head">The head that made it and acts on it; null: there is none, and the ledger was written
/// directly.</param>
/// <param name="After">The sweep after it.</param>
internal sealed record Changed<T>(T Change, HeadOutput? Head, SweepSummary After);
