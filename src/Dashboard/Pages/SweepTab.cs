namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A view of a sweep. The address of the page contains its name.</summary>
internal enum SweepTab
{
    /// <summary>The trials, page by page.</summary>
    Trials = 0,

    /// <summary>The table of the spec, as it fills in.</summary>
    Table = 1,

    /// <summary>A heat map over two settings.</summary>
    Grid = 2,

    /// <summary>Parallel coordinates.</summary>
    Parallel = 3,

    /// <summary>Accuracy against binary operations.</summary>
    Scatter = 4,

    /// <summary>The files of the report.</summary>
    Report = 5,
}
