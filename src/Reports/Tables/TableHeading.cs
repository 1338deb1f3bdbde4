namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>A column's heading.</summary>
/// <param name="Text">The heading, with its unit.</param>
/// <param name="IsNumber">Numbers stand flush right.</param>
public sealed record TableHeading(string Text, bool IsNumber);
