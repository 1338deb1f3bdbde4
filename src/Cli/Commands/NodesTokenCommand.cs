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
    private const string DefaultText = "24h";
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(365);

    private readonly Option<TimeSpan> _expires = new("--expires")
    {
        Description = "How long machines can join with the token, such as 30m, 24h or 7d; if not given, "
            + $"{DefaultText}.",
        DefaultValueFactory = static _ => TimeSpan.FromHours(24),
        CustomParser = static read =>
        {
            var given = read.Tokens[0].Value;
            if (TryParse(given, out var lifetime) && lifetime >= Shortest && lifetime <= Longest) return lifetime;
            read.AddError($"--expires: {given} is not allowed (allowed: a whole number followed by m, h or d, from 1m "
                + "to 365d)");
            return default;
        },
    };

    public NodesTokenCommand(CommandConsole console)
        : base(console, "token",
            "Create a token with which machines join, and print the commands to run on each machine.",
            takesHead: true) => Add(_expires);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var token = await head.DrawJoinTokenAsync(call.Get(_expires), call.Cancellation);
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
        return true;
    }
}
