namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>The folder that contains the tables once the run has ended.</summary>
internal sealed record TablesLocation(string Path);
