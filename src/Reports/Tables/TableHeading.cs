namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>A column's heading.</summary>
/// <param name="Text">The heading, with its unit.</param>
/// <param name="IsNumber">True for a column of numbers, which is aligned right.</param>
public sealed record TableHeading(string Text, bool IsNumber);
