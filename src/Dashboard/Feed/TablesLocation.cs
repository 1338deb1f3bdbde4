namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>Where the tables lie when the run has ended.</summary>
internal sealed record TablesLocation(string Path);
