using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Serving;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes token</c>: creates a token with which machines join, and prints the commands to run on them.
/// </summary>
internal sealed class NodesTokenCommand : HomeCommand
{
    private const string DefaultLifetime = "24h";
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(365);

    // The option is text, so that help shows its default as a user would type it.
    private readonly Option<string> _expires = new("--expires")
    {
        HelpName = "duration",
        Description = "How long machines can join with the token. Allowed: 1m to 365d, in minutes (m), hours (h) or "
            + "days (d).",
        DefaultValueFactory = static _ => DefaultLifetime,
    };

    public NodesTokenCommand(CommandConsole console)
        : base(console, "token",
            "Create a token with which machines join a head as nodes, and print the commands to run on each machine.",
            takesHead: true)
    {
        _expires.Validators.Add(static read =>
        {
            if (read.Tokens is [var given, ..] && !TryParse(given.Value, out _))
                read.AddError($"--expires: {given.Value} is not allowed (allowed: a whole number followed by m, h or "
                    + "d, from 1m to 365d)");
        });
        Add(_expires);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        _ = TryParse(call.Get(_expires)!, out var lifetime);
        var token = await head.CreateJoinTokenAsync(lifetime, call.Cancellation);
        call.Print(token, () => JoinScript.ForNode(token));
        return ExitCode.Done;
    }

    private static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2) return false;
        var digits = text.AsSpan(0, text.Length - 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        var unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (unit == TimeSpan.Zero || count > Longest / unit) return false;
        duration = count * unit;
        return duration >= Shortest && duration <= Longest;
    }
}
