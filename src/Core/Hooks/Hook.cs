namespace Sbnn.Sweeps.Core.Hooks;

/// <summary>
/// What a host does when a sweep that names the hook has ended: it sends a summary to a URL, or starts a program. The
/// type is not a record, so that no log can contain its URL, its program or its secret.
/// </summary>
public sealed class Hook
{
    /// <summary>The name that specs use.</summary>
    public required string Name { get; init; }

    /// <summary>The address that gets the summary; null for a program. https, or http on loopback.</summary>
    public Uri? Url { get; init; }

    /// <summary>The key with which the body is signed (HMAC-SHA256); null: it is not signed.</summary>
    public string? Secret { get; init; }

    /// <summary>The program and its arguments, which gets the summary on standard input; empty for a URL.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];
}
