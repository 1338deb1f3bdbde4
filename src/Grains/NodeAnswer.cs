namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The head's answer to a <see cref="NodeHello"/>: a session, or the reason for which the node is refused.
/// </summary>
public sealed record NodeAnswer
{
    private const string SessionWord = "session", RefusedWord = "refused";

    private NodeAnswer(string? session, string? refusal) => (Session, Refusal) = (session, refusal);

    /// <summary>
    /// The session: 32 random bytes in hex, which the node's later calls carry; null when the node is refused.
    /// </summary>
    public string? Session { get; }

    /// <summary>Why the node is refused; null when it has joined.</summary>
    public string? Refusal { get; }

    /// <summary>Creates the answer to a node that has joined.</summary>
    public static NodeAnswer Joined(string session) => new(session, null);

    /// <summary>Creates the answer to a node that may not join.</summary>
    public static NodeAnswer Refused(string reason) => new(null, reason);

    /// <summary>The answer in its wire form.</summary>
    public Dictionary<string, string> ToWords() => new(StringComparer.Ordinal)
    {
        [Session is null ? RefusedWord : SessionWord] = Session ?? Refusal!,
    };

    /// <summary>Reads an answer in its wire form, whichever build of the head sent it.</summary>
    public static NodeAnswer Of(IReadOnlyDictionary<string, string> words) =>
        words.TryGetValue(SessionWord, out var session) ? Joined(session)
        : Refused(words.GetValueOrDefault(RefusedWord)
            ?? "the head's answer contains neither a session nor a reason for a refusal");
}
