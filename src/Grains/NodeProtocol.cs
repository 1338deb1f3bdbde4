using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>The versions by which head and node check that they may work together.</summary>
public static class NodeProtocol
{
    /// <summary>
    /// The version of the protocol. It must be raised when a record or a call between node and head changes in such a
    /// way that the other side would misread it.
    /// </summary>
    public const string Version = "5";

    /// <summary>
    /// SHA-256 over the names and defaults of all hyperparameters and over every recipe version. A node with another
    /// digest would compute other keys for the same trials, or other results under the same key.
    /// </summary>
    public static string Recipes { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. Defaults(), .. Versions()]))));

    /// <summary>
    /// Version and commit of this build. Different builds may work together when their recipe digests are equal.
    /// </summary>
    public static string Build { get; } =
        typeof(NodeProtocol).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "unknown";

    private static IEnumerable<string> Defaults() =>
        Hyperparameters.All.Select(static parameter => $"{parameter.Name}={parameter.Format(parameter.Default)}");

    private static IEnumerable<string> Versions() =>
        from model in Enum.GetValues<ModelKind>()
        from method in Enum.GetValues<MethodKind>()
        from recipe in Enum.GetValues<RecipeKind>()
        let version = RecipeVersion.Find(model, method, recipe)
        where version is not null
        select string.Create(CultureInfo.InvariantCulture, $"{model}/{method}/{recipe}: {version}");
}
