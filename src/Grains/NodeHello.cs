using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>A node's identity, which it sends when it joins.</summary>
/// <param name="Protocol">The version of the protocol between node and head.</param>
/// <param name="Recipes">SHA-256 (lower-case hex) over everything that decides a trial's key and numbers: builds with
/// equal digests compute equal results.</param>
/// <param name="Build">The version and commit of the node's program, for display.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Identity">128 random bits, stored in the node's home: they distinguish two machines with the same
/// name.</param>
/// <param name="Incarnation">Identifies the node's process: every process that joins from the same home has another
/// incarnation.</param>
/// <param name="Secret">The secret that the head gave the node at its admission: 32 random bytes in hex.</param>
/// <param name="Grace">How long the node's trainers continue without a sign of life from the node.</param>
public sealed record NodeHello(
    string Protocol, string Recipes, string Build, NodeName Name, string Identity, string Incarnation,
    string Secret, TimeSpan Grace)
{
    private const string ProtocolWord = "protocol", RecipesWord = "recipes", BuildWord = "build", NameWord = "name",
        IdentityWord = "identity", IncarnationWord = "incarnation",
        SecretWord = "secret", GraceWord = "grace", TemporaryWord = "temporary";

    // The number of hellos created by this process. It is a part of the incarnation, because tests and benchmarks run
    // several nodes in one process.
    private static int _hellos;

    /// <summary>True when the node's home is deleted once the node has left, so that it never returns.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Creates the hello of a node that runs in this process.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="identity">The home's identity.</param>
    /// <param name="secret">The node's secret.</param>
    /// <param name="grace">How long the node's trainers continue without the node.</param>
    public static NodeHello OfThisProcess(NodeName name, string identity, string secret, TimeSpan grace)
    {
        var process = ProcessMark.Current();
        return new NodeHello(
            NodeProtocol.Version, NodeProtocol.Recipes, NodeProtocol.Build, name, identity,
            string.Create(CultureInfo.InvariantCulture,
                $"{process.BootId}/{process.Pid}/{process.StartTicks}/{Interlocked.Increment(ref _hellos)}"),
            secret, grace);
    }

    /// <summary>The hello in its wire form.</summary>
    public Dictionary<string, string> ToWords() => new(StringComparer.Ordinal)
    {
        [ProtocolWord] = Protocol,
        [RecipesWord] = Recipes,
        [BuildWord] = Build,
        [NameWord] = Name.Value,
        [IdentityWord] = Identity,
        [IncarnationWord] = Incarnation,
        [SecretWord] = Secret,
        [GraceWord] = Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        [TemporaryWord] = IsTemporary ? bool.TrueString : bool.FalseString,
    };

    /// <summary>
    /// Reads a hello in its wire form, whichever build of the node sent it. Fields that this build does not have are
    /// ignored. Returns false when a required field is missing.
    /// </summary>
    public static bool TryRead(IReadOnlyDictionary<string, string> words, [NotNullWhen(true)] out NodeHello? hello)
    {
        hello = words.TryGetValue(ProtocolWord, out var protocol) && words.TryGetValue(RecipesWord, out var recipes)
            && words.TryGetValue(BuildWord, out var build) && words.TryGetValue(NameWord, out var name)
            && words.TryGetValue(IdentityWord, out var identity)
                && words.TryGetValue(IncarnationWord, out var incarnation)
            && words.TryGetValue(SecretWord, out var secret)
            && double.TryParse(
                words.GetValueOrDefault(GraceWord), NumberStyles.Float, CultureInfo.InvariantCulture, out var grace)
            && grace is >= 0 and < 1e9
            ? new NodeHello(
                protocol, recipes, build, new NodeName(name), identity, incarnation, secret,
                TimeSpan.FromSeconds(grace))
            {
                IsTemporary = words.GetValueOrDefault(TemporaryWord) == bool.TrueString,
            }
            : null;
        return hello is not null;
    }
}
