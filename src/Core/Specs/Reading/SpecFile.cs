namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>A sweep's file, read once: what is trained and what is recorded are the same, whatever happens to the file meanwhile.</summary>
/// <param name="Spec">What the text says.</param>
/// <param name="Text">The text.</param>
public sealed record SpecFile(SweepSpec Spec, string Text);
