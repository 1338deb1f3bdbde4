using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Who a node is, as it says when it joins.</summary>
/// <param name="Protocol">The version of what node and head say to each other.</param>
/// <param name="Recipes">SHA-256 (lower-case hex) over all that decides a trial's key and numbers: equal digests train
/// alike.</param>
/// <param name="Build">The version and commit of its program, for people.</param>
/// <param name="Name">Its name.</param>
/// <param name="Identity">128 random bits that lie in its home: two machines of one name differ in it.</param>
/// <param name="Incarnation">Which process of that home it is.</param>
/// <param name="Secret">What the head gave the node when it let it in: 32 random bytes in hex.</param>
/// <param name="Grace">How long its trainers continue while they do not see it.</param>
public sealed record NodeHello(
    string Protocol, string Recipes, string Build, NodeName Name, string Identity, string Incarnation,
    string Secret, TimeSpan Grace)
{
    private const string ProtocolWord = "protocol", RecipesWord = "recipes", BuildWord = "build", NameWord = "name",
        IdentityWord = "identity", IncarnationWord = "incarnation",
        SecretWord = "secret", GraceWord = "grace";

    // More than one node may be of one process: in tests, and in programs that measure.
    private static int _made;

    /// <summary>What this build says of itself.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="identity">The home's identity.</param>
    /// <param name="secret">The node's secret.</param>
    /// <param name="grace">How long its trainers continue without it.</param>
    public static NodeHello OfThisProcess(NodeName name, string identity, string secret, TimeSpan grace)
    {
        var process = ProcessMark.Current();
        return new NodeHello(
            NodeProtocol.Version, NodeProtocol.Recipes, NodeProtocol.Build, name, identity,
            string.Create(CultureInfo.InvariantCulture,
                $"{process.BootId}/{process.Pid}/{process.StartTicks}/{Interlocked.Increment(ref _made)}"),
            secret, grace);
    }

    /// <summary>Its words.</summary>
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
    };

    /// <summary>
    /// Reads the words of any build: those that this one does not know are passed over. False when one is missing.
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
            : null;
        return hello is not null;
    }
}
