namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>The folder of the tables after the run has ended.</summary>
internal sealed record TablesLocation(string Path);
