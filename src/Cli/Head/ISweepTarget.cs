using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>Where a command finds its sweeps: in a home on this machine, or at a head elsewhere.</summary>
internal interface ISweepTarget : ISweepChanges, IDisposable
{
    /// <summary>The home's path; null for a head elsewhere.</summary>
    string? Home { get; }

    /// <summary>The head; null when no head runs on the home.</summary>
    HeadOutput? Head { get; }

    /// <summary>One line that reports whether an sbnn runs on the home, or which head is used.</summary>
    string Status { get; }

    /// <summary>The address of the dashboard that a user can open; null when it is not known.</summary>
    string? Dashboard { get; }

    /// <summary>Reads the sweeps. Throws <see cref="Core.BadInputException"/> when the home has no ledger.</summary>
    ISweepReads Reads { get; }

    /// <summary>The command line with which a user runs a command on this home or head.</summary>
    string Command(string arguments);

    /// <summary>
    /// A client of the head. Throws <see cref="Core.BadInputException"/> when no head runs on the home.
    /// </summary>
    SweepsClient Connect();
}

/// <summary>
/// Changes sweeps. An unknown sweep name causes a <see cref="Core.BadInputException"/> that lists the known names.
/// </summary>
internal interface ISweepChanges
{
    Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired);

    Task<Changed<ChangedPriority>> SetPriorityAsync(string sweep, int priority);

    Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep);
}

/// <summary>A change of a sweep that was made.</summary>
/// <param name="Change">What the change did.</param>
/// <param name="Head">The head that made the change and acts on it; null when there is none and the ledger was written
/// directly.</param>
/// <param name="After">The sweep after the change.</param>
internal sealed record Changed<T>(T Change, HeadOutput? Head, SweepSummary After);
