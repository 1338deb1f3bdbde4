namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A view of a sweep. The address of the page contains its name.</summary>
internal enum SweepTab
{
    /// <summary>The trials, page by page.</summary>
    Trials = 0,

    /// <summary>The table of the spec, as it fills in.</summary>
    Table = 1,
}
