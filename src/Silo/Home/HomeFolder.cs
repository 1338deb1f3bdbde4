using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Home;

/// <summary>
/// Names every path of a home, and finds its head: the one process that holds the home's lock. The head's file contains
/// the address of that process. The file counts only while the lock is held and the process lives, so that the file of
/// a killed head has no effect.
/// </summary>
public sealed class HomeFolder(string path)
{
    private readonly string _written = path;

    /// <summary>The default home: <c>SBNN_HOME</c>, or <c>.sbnn</c> in the working folder.</summary>
    public static HomeFolder Default => new(OwnVariable.Find("SBNN_HOME") ?? ".sbnn");

    /// <summary>The home's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file of the ledger's database.</summary>
    public string Ledger => In("ledger.db");

    /// <summary>The folder of the attempts' folders (<see cref="AttemptFolder"/>).</summary>
    public string Trials => In("trials");

    /// <summary>The head's certificate authority with its key, which is not part of a backup.</summary>
    public string Authority => In("authority.pem");

    /// <summary>The file in which the home's head registers its nodes.</summary>
    public string Nodes => In("nodes.json");

    /// <summary>
    /// The file with the membership of the home's node: the head that the node joined, and how to reach it.
    /// </summary>
    public string Membership => In("membership.json");

    /// <summary>The folder of the reports of all sweeps, which the head updates while it runs.</summary>
    public string Reports => In("reports");

    /// <summary>The archived logs of other machines' attempts.</summary>
    public string Logs => In("logs");

    /// <summary>The checkpoints that other machines' trainers wrote and nodes have sent.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The kept weights that nodes on other machines have sent.</summary>
    public string Weights => In("weights");

    /// <summary>The file in which the home's owner defines hooks.</summary>
    public string Hooks => In("hooks.yaml");

    /// <summary>The file with the kept weights of a finished attempt; it may not exist.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="isLast">True for the weights after the last epoch instead of the best one.</param>
    public string WeightsOf(AttemptId attempt, bool isLast)
    {
        // The weights of a trainer on another machine are in the folder to which its node sends them.
        var sent = WeightsStore.FileOf(Weights, attempt.Trial, isLast);
        if (File.Exists(sent)) return sent;
        var folder = AttemptFolder.Of(Trials, attempt.Trial, attempt.Attempt);
        return isLast ? folder.LastWeights : folder.BestWeights;
    }

    /// <summary>
    /// An empty file whose time of modification is that of the last answer of the head to the home's node.
    /// </summary>
    public string Contact => In("contact");

    private string TokenFile => In("token");

    private string Lock => In("head.lock");

    private string NodeLock => In("node.lock");

    private string HeadFile => In("head.json");

    /// <summary>True while a node that trains for a head on another machine uses this home.</summary>
    public bool IsOfNode => FileLock.IsHeld(NodeLock);

    /// <summary>
    /// The name of the home's node: the machine's name when the home was created. A recreated container has another
    /// machine name, but still finds its trials. Only the head may call this method.
    /// </summary>
    public NodeName NameNode()
    {
        var file = In("node");
        if (!File.Exists(file))
            DurableFile.Write(file, static stream => stream.Write(Encoding.UTF8.GetBytes(Environment.MachineName)));
        return new NodeName(File.ReadAllText(file));
    }

    /// <summary>
    /// The home's identity: 128 random bits in hex, created on first use. Only the head may call this method.
    /// </summary>
    public string Identify()
    {
        var file = In("identity");
        if (!File.Exists(file))
            DurableFile.Write(file, static stream =>
                stream.Write(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)))));
        return File.ReadAllText(file);
    }

    /// <summary>
    /// The token of the home's API, created on first use. Only the head may call this method. The method restores the
    /// file's mode, so that only the home's owner may read it even after a copy. The file is not part of a backup.
    /// </summary>
    public ApiToken MakeToken()
    {
        if (!File.Exists(TokenFile))
            DurableFile.Write(
                TokenFile, static stream => stream.Write(Encoding.ASCII.GetBytes(ApiToken.CreateRandom().Text)),
                isSecret: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(TokenFile, DurableFile.OwnerOnly);
        return FindToken()!;
    }

    /// <summary>
    /// The token of the home's API; null when there is none, because no sbnn that uses tokens has run on this home.
    /// Throws <see cref="BadInputException"/> when this user may not read the token, or it is not valid.
    /// </summary>
    public ApiToken? FindToken()
    {
        try
        {
            return ApiToken.TryParse(File.ReadAllText(TokenFile).Trim()) ?? throw new BadInputException(
                $"{TokenFile}: not a token (allowed: 64 hex digits); delete the file, and the next "
                    + $"`{Command("run <spec>")}` creates one");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException(
                $"{TokenFile}: permission denied; only the home's owner may use the sbnn that runs on the home", error);
        }
    }

    /// <summary>
    /// How to call the home's head. Throws <see cref="BadInputException"/> when this user may not read the token.
    /// </summary>
    public HeadAccess AccessOf(HeadIdentity head) =>
        new(new Uri(head.Address), FindToken()) { TokenSource = TokenFile };

    /// <summary>
    /// The address of a head's dashboard with the token in it; null when this user may not read the token.
    /// </summary>
    public string? FindDashboard(HeadIdentity head)
    {
        try
        {
            return FindToken() is { } token ? $"{head.Address}/?{TokenGate.QueryName}={token.Text}"
                : $"{head.Address}/";
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>The node's name; null when the home has none yet.</summary>
    public NodeName? FindNode() => File.Exists(In("node")) ? new NodeName(File.ReadAllText(In("node"))) : null;

    /// <summary>
    /// True when the home has a ledger. Throws <see cref="BadInputException"/> when this user may not read the home, or
    /// another machine uses it.
    /// </summary>
    public bool HasLedger()
    {
        try
        {
            if (Posix.StatusOf(Ledger, followsLink: true) is null or { Kind: FileKind.Folder }) return false;
            _ = TryFindHead(out _); // Throws when the head runs on another machine.
            return true;
        }
        catch (UnauthorizedAccessException error)
        {
            var closed = FindClosed(Ledger);
            throw new BadInputException(
                $"--home: {Path}: {closed} is not accessible for the user {Environment.UserName}; "
                + $"its owner can grant access with `chmod a+rx {closed}`",
                error);
        }
        catch (IOException error)
        {
            throw new BadInputException($"--home: {Path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Makes this process the head; null while another process is the head.</summary>
    public FileLock? TryBecomeHead()
    {
        try
        {
            Directory.CreateDirectory(Path);
            var taken = FileLock.TryTake(Lock);
            if (taken is null || FileLock.IsHeld(Lock)) return taken;
            taken.Dispose();
            throw new BadInputException(
                $"--home: {Path}: file locks do not work on this file system, so two sbnn processes could both become "
                    + "the head; use "
                    + "a file system with file locks");
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException || (error is IOException io && !DurableFile.IsDiskFull(io)))
        {
            throw new BadInputException($"--home: {Path} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>
    /// Takes the lock that shows other processes that a node, and no head, uses this home; null while another process
    /// holds it. The caller must already hold the home's main lock (<see cref="TryBecomeHead"/>).
    /// </summary>
    public FileLock? TryTakeNodeLock() => FileLock.TryTake(NodeLock);

    /// <summary>Writes the head's address. The head calls this method once it answers requests.</summary>
    /// <param name="address">The head's address on this machine.</param>
    /// <param name="url">The head's address for other machines; null when it has none.</param>
    public HeadIdentity WriteHeadFile(string address, string? url = null)
    {
        var head = new HeadIdentity(address, ProcessMark.Current()) { Machine = Environment.MachineName, Url = url };
        DurableFile.WriteJson(HeadFile, head);
        return head;
    }

    /// <summary>Removes the file with the head's address.</summary>
    public void RemoveHeadFile()
    {
        if (Directory.Exists(Path)) File.Delete(HeadFile);
    }

    /// <summary>
    /// True when a head of this home answers. Throws <see cref="BadInputException"/> when the head runs on another
    /// machine that shares the home's file system, because its ledger must not be opened as a file from this machine.
    /// </summary>
    public bool TryFindHead([NotNullWhen(true)] out HeadIdentity? head)
    {
        head = null;
        if (!FileLock.IsHeld(Lock) || !File.Exists(HeadFile)) return false;
        try
        {
            head = DurableFile.ReadJson<HeadIdentity>(HeadFile);
        }
        catch (BadInputException) when (!File.Exists(HeadFile))
        {
            return false; // The head has removed its address since the check above.
        }

        if (head.IsElsewhere)
        {
            throw new BadInputException(
                $"--home: {Path} is in use by an sbnn on the machine {head.Machine} ({head}); "
                + "repeat the command on that machine, "
                + (head.Url is { } url
                    ? $"name that sbnn with --head {url}, or wait until it has ended"
                    : "or once that sbnn has ended"));
        }

        return head.Process.IsAlive();
    }

    /// <summary>A command on this home, as a user would type it.</summary>
    public string Command(string arguments) =>
        Path == Default.Path
            ? $"sbnn {arguments}"
            : $"sbnn {arguments} --home {ShellArgument.Of(_written)}";

    // Finds the topmost folder of the path that this user may not enter.
    private static string FindClosed(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        try
        {
            _ = Posix.StatusOf(folder, followsLink: true);
            return folder;
        }
        catch (UnauthorizedAccessException)
        {
            return FindClosed(folder);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>The head's process, and its addresses.</summary>
/// <param name="Address">The base address of the head's HTTP API.</param>
/// <param name="Process">The head's process.</param>
public sealed record HeadIdentity(string Address, ProcessMark Process)
{
    /// <summary>The name of the head's machine; null in files of earlier builds.</summary>
    public string? Machine { get; init; }

    /// <summary>The head's address for other machines; null when it has none.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// True when the head runs on another machine. Both the name and the boot ID must differ, because a recreated
    /// container has another name, and a restarted machine has another boot ID.
    /// </summary>
    internal bool IsElsewhere => Machine is not null && Machine != Environment.MachineName && !Process.IsOfThisBoot();

    /// <summary>Describes the head in messages.</summary>
    public override string ToString() => $"pid {Process.Pid}, {Address}";
}
