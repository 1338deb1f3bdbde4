namespace Sbnn.Sweeps.Core;

/// <summary>The environment variables that configure sbnn.</summary>
public static class OwnVariable
{
    /// <summary>
    /// The variable that names the folder of a libtorch, which trainers use instead of the packaged one.
    /// </summary>
    public const string Torch = "SBNN_TORCH";

    /// <summary>
    /// A variable's value; null when it is not set or blank, because compose files pass unset variables as blank.
    /// </summary>
    public static string? Find(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
