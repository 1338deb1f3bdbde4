namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>Pages of the same host that are not part of this dashboard.</summary>
/// <param name="OrleansDashboard">The address of Orleans' own dashboard; null when it is switched off.</param>
public sealed record DashboardLinks(string? OrleansDashboard);
