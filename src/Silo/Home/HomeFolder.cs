using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Home;

/// <summary>
/// Names every path of a home, and tells who its head is: the one process that holds its lock. The head's file says
/// where that process answers; it is believed only while the lock is held and its process lives, so whatever a killed
/// head left behind misleads nobody.
/// </summary>
public sealed class HomeFolder(string path)
{
    /// <summary>The home when none is named: <c>SBNN_HOME</c>, or <c>.sbnn</c> here.</summary>
    public static HomeFolder Default => new(OwnVariable.Find("SBNN_HOME") ?? ".sbnn");

    /// <summary>The home itself.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The database.</summary>
    public string Ledger => In("ledger.db");

    /// <summary>Where the attempts' folders are (<see cref="AttemptFolder"/>).</summary>
    public string Trials => In("trials");

    /// <summary>The head's certificate authority with its key: no part of a backup.</summary>
    public string Authority => In("authority.pem");

    /// <summary>Who may be a node of the home's head.</summary>
    public string Nodes => In("nodes.json");

    /// <summary>What the home's node has from the head that it joined.</summary>
    public string Membership => In("membership.json");

    /// <summary>What the head keeps of the logs of other machines' attempts.</summary>
    public string Logs => In("logs");

    /// <summary>The checkpoints that other machines' trainers wrote and nodes have sent.</summary>
    public string Checkpoints => In("checkpoints");

    private string TokenFile => In("token");

    private string Lock => In("head.lock");

    private string NodeLock => In("node.lock");

    private string HeadFile => In("head.json");

    /// <summary>True while a node of another machine's head runs here.</summary>
    public bool IsOfNode => FileLock.IsHeld(NodeLock);

    /// <summary>
    /// What the home's node is called: as the machine when the home was made. A container that is made anew has another
    /// name, and finds its trials all the same. To be called by the head.
    /// </summary>
    public NodeName NameNode()
    {
        var file = In("node");
        if (!File.Exists(file))
            DurableFile.Write(file, static stream => stream.Write(Encoding.UTF8.GetBytes(Environment.MachineName)));
        return new NodeName(File.ReadAllText(file));
    }

    /// <summary>
    /// The home's identity: 128 random bits in hex, drawn when they are first asked for. To be called by the head.
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
    /// The token of the home's API, drawn when it is first asked for. To be called by the head. Only the home's owner
    /// may read the file, whatever it was copied with. It is no part of a backup.
    /// </summary>
    public ApiToken MakeToken()
    {
        if (!File.Exists(TokenFile))
            DurableFile.Write(TokenFile, static stream => stream.Write(Encoding.ASCII.GetBytes(ApiToken.Draw().Text)),
                isSecret: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(TokenFile, DurableFile.OwnerOnly);
        return FindToken()!;
    }

    /// <summary>
    /// The token of the home's API; null when there is none, because no sbnn that asks for one has run here. Throws
    /// <see cref="BadInputException"/> when this user may not read it, or it is none.
    /// </summary>
    public ApiToken? FindToken()
    {
        try
        {
            return ApiToken.TryParse(File.ReadAllText(TokenFile).Trim()) ?? throw new BadInputException(
                $"{TokenFile}: not a token (allowed: 64 hex digits); delete the file, and the next "
                    + $"`{Command("run <spec>")}` draws one");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException(
                $"{TokenFile}: permission denied; only the home's owner may ask the sbnn that runs there", error);
        }
    }

    /// <summary>
    /// How the home's head is asked. Throws <see cref="BadInputException"/> when this user may not read the token.
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

    /// <summary>The node's name, if the home has one yet.</summary>
    public NodeName? FindNode() => File.Exists(In("node")) ? new NodeName(File.ReadAllText(In("node"))) : null;

    /// <summary>
    /// True when the home has a ledger. Throws <see cref="BadInputException"/> when this user may not see that, or
    /// another machine uses it.
    /// </summary>
    public bool HasLedger()
    {
        try
        {
            if (Posix.StatusOf(Ledger, followsLink: true) is null or { Kind: FileKind.Folder }) return false;
            _ = TryFindHead(out _); // Not on this machine, it throws.
            return true;
        }
        catch (UnauthorizedAccessException error)
        {
            var closed = FindClosed(Ledger);
            throw new BadInputException(
                $"--home: {Path}: {closed} is closed to {Environment.UserName}; "
                + $"its owner can open it for reading: chmod a+rx {closed}",
                error);
        }
        catch (IOException error)
        {
            throw new BadInputException($"--home: {Path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Makes this process the head; null while another one is.</summary>
    public FileLock? TryBecomeHead()
    {
        try
        {
            Directory.CreateDirectory(Path);
            var taken = FileLock.TryTake(Lock);
            if (taken is null || FileLock.IsHeld(Lock)) return taken;
            taken.Dispose();
            throw new BadInputException(
                $"--home: {Path}: a file lock excludes no other process here, so two sbnn could both be the head; use "
                    + "a file system with file locks");
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException || (error is IOException io && !DurableFile.IsDiskFull(io)))
        {
            throw new BadInputException($"--home: {Path} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>
    /// Shows that this process is a node, and no head that will answer. To be called by the one that holds the head's
    /// lock.
    /// </summary>
    public FileLock? ShowNode() => FileLock.TryTake(NodeLock);

    /// <summary>Says where the head answers. To be called by the head, once it does.</summary>
    /// <param name="address">Where it answers on this machine.</param>
    /// <param name="url">Where it answers other machines; null when it does not.</param>
    public HeadIdentity Announce(string address, string? url = null)
    {
        var head = new HeadIdentity(address, ProcessMark.Current()) { Machine = Environment.MachineName, Url = url };
        DurableFile.WriteJson(HeadFile, head);
        return head;
    }

    /// <summary>Takes the announcement back.</summary>
    public void Retract()
    {
        if (Directory.Exists(Path)) File.Delete(HeadFile);
    }

    /// <summary>
    /// True when a head answers here. Throws <see cref="BadInputException"/> when it runs on another machine, with
    /// which this one shares the home's file system: its ledger is not to be opened as a file from here.
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
            return false; // Retracted while we looked.
        }

        if (head.IsElsewhere)
        {
            throw new BadInputException(
                $"--home: {Path} is in use by an sbnn on the machine {head.Machine} ({head}); "
                + "repeat the command there, "
                + (head.Url is { } url
                    ? $"name it with --head {url}, or wait for its end"
                    : "or once that sbnn has ended"));
        }

        return head.Process.IsAlive();
    }

    /// <summary>A command on this home, as a user would type it.</summary>
    public string Command(string words) =>
        Path == Default.Path
            ? $"sbnn {words}"
            : $"sbnn {words} --home "
                + $"{ShellArgument.Of(System.IO.Path.GetRelativePath(Environment.CurrentDirectory, Path))}";

    // The first folder on the way that may not be passed.
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

/// <summary>Who is the head, and where it answers.</summary>
/// <param name="Address">The base address of its HTTP API.</param>
/// <param name="Process">Its process.</param>
public sealed record HeadIdentity(string Address, ProcessMark Process)
{
    /// <summary>The name of its machine; null in files of earlier builds.</summary>
    public string? Machine { get; init; }

    /// <summary>Where it answers other machines; null when it does not.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// True when it is of another machine. Both must differ: a container that is made anew has another name, and a
    /// machine that was restarted another boot id.
    /// </summary>
    internal bool IsElsewhere => Machine is not null && Machine != Environment.MachineName && !Process.IsOfThisBoot();

    /// <summary>For messages.</summary>
    public override string ToString() => $"pid {Process.Pid}, {Address}";
}
