namespace Sbnn.Sweeps.Core;

/// <summary>The environment variables that set something in sbnn.</summary>
public static class OwnVariable
{
    /// <summary>Names the folder of a libtorch for trainers to use in place of the packaged one.</summary>
    public const string Torch = "SBNN_TORCH";

    /// <summary>
    /// A variable's value; null when it is not set or blank, as compose files leave what has no value.
    /// </summary>
    public static string? Find(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
