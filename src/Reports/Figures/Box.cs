namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>An area of a drawing.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
internal readonly record struct Box(decimal X, decimal Y, decimal Width, decimal Height)
{
    /// <summary>True when the areas have more than an edge in common.</summary>
    public bool Overlaps(Box other) =>
        X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;

    /// <summary>True when an area lies in this one.</summary>
    public bool Contains(Box other) => other.X >= X && other.Y >= Y && other.X + other.Width <= X + Width
        && other.Y + other.Height <= Y + Height;
}
