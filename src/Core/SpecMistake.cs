namespace Sbnn.Sweeps.Core;

/// <summary>A mistake in a spec.</summary>
/// <param name="Line">The line, from 1; null for a mistake that belongs to no line.</param>
/// <param name="Key">The path of the key, for example <c>trial.gamma</c>; null for a mistake that belongs to no
/// key.</param>
/// <param name="Message">What is wrong and what is allowed, without the line and the key.</param>
public sealed record SpecMistake(int? Line, string? Key, string Message);
