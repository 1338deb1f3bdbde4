using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sbnn.Sweeps.Cli.Serving;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn serve</c>: a long-running process. A head accepts sweeps and assigns their trials to nodes. A node trains
/// for a head on another machine.
/// </summary>
internal sealed class ServeCommand : HomeCommand
{
    private const int DefaultPort = 7700;

    private readonly Option<string> _role = new("--role")
    {
        HelpName = "role",
        Description = "What this process is. Allowed: head, node.",
        Required = true,
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        HelpName = "address",
        Description = "Head: the address, or address:port, of this machine at which nodes and remote commands connect "
            + $"with TLS; nodes also use the next port. Without a port: {DefaultPort}. If not given: only this "
            + "machine.",
    };

    private readonly Option<string?> _advertise = new("--advertise")
    {
        HelpName = "name",
        Description = "Head: the name or address, or name:port, at which other machines reach the head. If not given: "
            + "that of --listen. A port forward or a NAT must forward this port and the next one.",
    };

    private readonly Option<FileInfo?> _joinFile = new("--join-file")
    {
        HelpName = "file",
        Description = "Node: the join file from the head's operator. Not required once the home has joined. Head: "
            + "where to write a new join file at each start, valid for 24 hours, instead of printing it.",
    };

    private readonly Option<string?> _name = new("--name")
    {
        HelpName = "name",
        Description = "Node: the node's name. If not given: the machine's name when the home was created.",
    };

    private readonly Option<DirectoryInfo> _data = SharedOptions.Data();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<DirectoryInfo?> _torch = SharedOptions.Torch();

    private readonly Option<int?> _slots = new("--slots", SharedOptions.CpuSlots)
    {
        HelpName = "number",
        Description = "Maximum number of trainers on the CPU at the same time. Allowed: 0 to 1024. If not given: 0 on "
            + "the head; on a node the number of cores divided by --threads, or 0 where GPUs are used.",
    };

    private readonly GpuOptions _gpus = new();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        HelpName = SharedOptions.Folder,
        Description = "Head: the folder for the tables, which are written when sweeps end.",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private readonly Option<int> _port = SharedOptions.Port();
    private readonly Option<int> _grace = SharedOptions.Grace();
    private readonly Option<int> _uploadEvery = SharedOptions.WholeNumber(
        "--upload-every", 1, 86400, fallback: 600,
        "Node: seconds between two uploads of a trial's checkpoint to the head, from which another node can resume the "
            + "trial.", helpName: "seconds");

    private readonly Option<int> _uploadRate = SharedOptions.WholeNumber(
        "--upload-rate", 1, 100_000, fallback: null,
        "Node: the limit for uploads of checkpoints, in MiB per second. If not given: no limit.", helpName: "MiB/s");

    private readonly Option<DirectoryInfo?> _checkpoints = new("--checkpoints")
    {
        HelpName = SharedOptions.Folder,
        Description = "Head: the folder for the nodes' checkpoints. If not given: a folder in the home. Node: the same "
            + "folder on a shared file system. If not given: the node uploads checkpoints over the network.",
    };

    private readonly Option<int> _checkpointDisk = SharedOptions.WholeNumber(
        "--checkpoint-disk", 1, 1_000_000, fallback: 64,
        "Head: maximum size of all kept checkpoints, in GiB; one node may use a quarter.", helpName: "GiB");

    private readonly Option<string?> _onDemand = new("--on-demand")
    {
        HelpName = "command",
        Description = "Head: a shell command that starts nodes. It is called when trials have waited for a slot for a "
            + "minute, with their number in SBNN_WANTED_SLOTS; at most every five minutes, for at most two minutes.",
    };

    private readonly StayOptions _stay = new();

    private readonly Option<bool> _temporary = new("--temporary")
    {
        Description = "Node: the head forgets the node when it leaves. Use it where the home is deleted afterwards.",
    };

    private readonly Option<bool> _orleansDashboard = new("--orleans-dashboard")
    {
        Description = "Head: serve Orleans' own dashboard for operators, which the page of the nodes then links to. It "
            + "measures every call.",
    };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Write a detailed log to stderr." };

    public ServeCommand(CommandConsole console)
        : base(console,
            "serve", "Run until Ctrl-C as a head, which accepts sweeps and assigns their trials to nodes, or as a "
                + "node, which trains for a head on another machine.",
            printsJson: false)
    {
        Option[] options =
        [
            _role, _listen, _advertise, _joinFile, _name, _data, _threads, _slots, .. _gpus.All, _out, _port, _grace,
            _uploadEvery, _uploadRate, _checkpoints, _checkpointDisk, .. _stay.All, _temporary, _onDemand,
            _orleansDashboard, _torch, _verbose,
        ];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> RunAsync(HomeCall call)
    {
        SharedOptions.UseTorch(call.Get(_torch));
        return call.Get(_role) switch
        {
            "head" => ServeHeadAsync(call),
            "node" => ServeNodeAsync(call),
            var other => throw new BadInputException($"--role: {other} is not allowed (allowed: head, node)"),
        };
    }

    private async Task<int> ServeHeadAsync(HomeCall call)
    {
        RejectOptions(call, "head", [_name, _uploadEvery, _uploadRate, .. _stay.All, _temporary]);
        var gpus = _gpus.IsGiven(call) ? await _gpus.FindAsync(call) : NodeGpus.None;
        if (call.Get(_joinFile) is not null && call.Get(_listen) is null)
            throw new BadInputException("--join-file: requires --listen on a head; add --listen to the command");
        var options = new HeadOptions(
            call.Home, call.Get(_data)!.FullName, call.Get(_out)!.FullName, SlotsOf(call) ?? 0, gpus,
            call.Get(_threads), call.Get(_port),
            TimeSpan.FromSeconds(call.Get(_grace)), Listen(call), call.Get(_joinFile)?.FullName,
            call.Get(_checkpoints)?.FullName ?? call.Home.Checkpoints, CheckpointLimits.Of(call.Get(_checkpointDisk)),
            call.Get(_orleansDashboard), OnDemand(call), call.Get(_verbose));
        using var stop = new StopSignal();
        return await new HeadService(options, call.Console, TimeProvider.System, stop.Requested).RunAsync();
    }

    private async Task<int> ServeNodeAsync(HomeCall call)
    {
        RejectOptions(call, "node", _listen, _advertise, _port, _out, _checkpointDisk, _onDemand,
            _orleansDashboard);
        if (call.Get(_joinFile) is { Exists: false } missing)
        {
            throw new BadInputException(
                $"--join-file: {missing}: no such file (allowed: a file with what the head's `sbnn nodes token` "
                    + "printed)");
        }

        using var stop = new StopSignal();
        await using var stay = new NodeStay(
            await _stay.ReadAsync(call), () => stop.Name, TimeProvider.System, stop.Requested);
        var threads = call.Get(_threads);
        var gpus = await _gpus.FindAsync(call);
        var defaultSlots = gpus.Devices.Count > 0 ? 0 : Math.Max(1, Environment.ProcessorCount / threads);
        var options = new NodeOptions(
            call.Home, call.Get(_data)!.FullName, call.Get(_joinFile)?.FullName,
            call.Get(_name) is { } name ? new NodeName(name) : null,
            SlotsOf(call) ?? defaultSlots, gpus, threads,
            TimeSpan.FromSeconds(call.Get(_grace)),
            new UploadSettings(TimeSpan.FromSeconds(call.Get(_uploadEvery)),
                call.Get(_uploadRate) is > 0 and var rate ? (long)rate << 20 : null,
                call.Get(_checkpoints)?.FullName),
            call.Get(_temporary), call.Get(_verbose));
        return await new NodeService(options, call.Console, TimeProvider.System, stay).RunAsync();
    }

    private static void RejectOptions(HomeCall call, string role, params Option[] others)
    {
        if (Array.Find(others, option => call.Parsed.GetResult(option) is { Implicit: false }) is { } unsuitable)
            throw new BadInputException($"{unsuitable.Name}: not an option of --role {role}; see `sbnn serve --help`");
    }

    private int? SlotsOf(HomeCall call) => call.Get(_slots) switch
    {
        null => null,
        var slots and >= 0 and <= 1024 => slots,
        var other => throw new BadInputException(
            $"--slots: {other} is not allowed (allowed: a whole number from 0 to 1024)"),
    };

    private string? OnDemand(HomeCall call) => call.Get(_onDemand) is { } command && string.IsNullOrWhiteSpace(command)
        ? throw new BadInputException("--on-demand: empty (allowed: a shell command)")
        : call.Get(_onDemand);

    private ListenSettings? Listen(HomeCall call)
    {
        if (call.Get(_listen) is not { } given)
        {
            return call.Get(_advertise) is null
                ? null
                : throw new BadInputException("--advertise: requires --listen; add --listen to the command");
        }

        if (!IPEndPoint.TryParse(given, out var endpoint) || endpoint.Port == IPEndPoint.MaxPort)
        {
            throw new BadInputException(
                $"--listen: {given} is not allowed (allowed: an address of this machine, or address:port, such as "
                    + "10.0.0.1 or 10.0.0.1:7700)");
        }

        if (endpoint.Port == 0) endpoint.Port = DefaultPort;
        var isAny = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        var (name, port) = call.Get(_advertise) is { } advertised
            ? Advertised(advertised)
            : (isAny ? Environment.MachineName : Bracketed(endpoint.Address), null);
        return new ListenSettings(endpoint.Address, endpoint.Port, name) { AdvertisedPort = port };
    }

    // The last colon of an IPv6 address without brackets does not begin a port.
    private static (string Name, int? Port) Advertised(string given)
    {
        var colon = given.LastIndexOf(':');
        var hasPort = colon > 0 && (given.IndexOf(':', StringComparison.Ordinal) == colon || given[colon - 1] == ']');
        var name = hasPort ? given[..colon] : given;
        int? port = !hasPort ? null
            : int.TryParse(given.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : 0;
        return Uri.CheckHostName(name.Trim('[', ']')) == UriHostNameType.Unknown
            || port is <= 0 or >= IPEndPoint.MaxPort
            ? throw new BadInputException(
                $"--advertise: {given} is not allowed (allowed: a name or an address of a machine, or name:port, such "
                    + "as head.example.org or head.example.org:17700)")
            : (name, port);
    }

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[{address}]")
            : address.ToString();
}
