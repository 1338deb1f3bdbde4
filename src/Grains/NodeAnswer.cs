namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The head's answer to a <see cref="NodeHello"/>: a session, or the reason for which the node is refused.
/// </summary>
public sealed record NodeAnswer
{
    private const string SessionWord = "session", RefusedWord = "refused";

    private NodeAnswer(string? session, string? refusal) => (Session, Refusal) = (session, refusal);

    /// <summary>32 random bytes in hex: the node's calls carry it. Null when it is refused.</summary>
    public string? Session { get; }

    /// <summary>Why it is refused; null when it is not.</summary>
    public string? Refusal { get; }

    /// <summary>The node has joined.</summary>
    public static NodeAnswer Welcome(string session) => new(session, null);

    /// <summary>The node may not join.</summary>
    public static NodeAnswer Refused(string reason) => new(null, reason);

    /// <summary>Its words.</summary>
    public Dictionary<string, string> ToWords() => new(StringComparer.Ordinal)
    {
        [Session is null ? RefusedWord : SessionWord] = Session ?? Refusal!,
    };

    /// <summary>Reads the words of any build.</summary>
    public static NodeAnswer Of(IReadOnlyDictionary<string, string> words) =>
        words.TryGetValue(SessionWord, out var session) ? Welcome(session)
        : Refused(words.GetValueOrDefault(RefusedWord) ?? "the head's answer has neither a session nor a reason");
}
