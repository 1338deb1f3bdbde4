using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// A folder with a spec, a home and an output folder, in which a test runs the real <c>sbnn</c>. Disposal kills all
/// processes that a test left running.
/// </summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>The data root that all tests share.</summary>
    public static readonly string Cache = Path.Combine(Path.GetTempPath(), "sbnn-tests-cache");

    private readonly List<RunningSbnn> _started = [];
    private SmallDisk? _disk;

    public string Folder { get; } = Directory.CreateTempSubdirectory("sbnn-e2e-").FullName;

    /// <summary>The data root: by default the shared cache, otherwise a folder of the test.</summary>
    public string DataRoot { get; set; } = Cache;

    /// <summary>Additional environment variables of started processes.</summary>
    public Dictionary<string, string?> Environment { get; set; } = [];

    public string Home => Path.Combine(Folder, "home");

    public string Out => Path.Combine(Folder, "out");

    public string Trials => Path.Combine(Home, "trials");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates a client of the sbnn that runs on the home, which sends the home's token.</summary>
    public HttpClient Client()
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(Home, "token")));
        return http;
    }

    public string WriteSpec(string yaml, string name = "spec.yaml")
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, yaml);
        return path;
    }

    /// <summary>The trainer program that <c>sbnn</c> starts; null: the real trainer.</summary>
    public string? Trainer { get; set; }

    /// <summary>
    /// Replaces the trainer by a shell script, in which <c>$REAL</c> is the path of the real trainer. To prepare
    /// images, the commands in <paramref name="preparing"/> run first, and then the real trainer.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public void ScriptTrainer(string script, string preparing = ":")
    {
        Trainer = Path.Combine(Folder, "scripted-trainer");
        var prepare = $"if [ \"$1\" = prepare ]; then {preparing}; exec \"$REAL\" prepare; fi\n[ -d \"$1\" ] || exec "
            + "\"$REAL\" \"$1\"";
        File.WriteAllText(Trainer, $"#!/bin/sh\nREAL='{TrainerProgram.Find().Path}'\n{prepare}\n{script}\n");
        File.SetUnixFileMode(Trainer, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Mounts a small file system for the home. If that is not possible, the test is skipped.</summary>
    public SmallDisk MountHome(int megabytes) => _disk = SmallDisk.MountOn(Home, megabytes);

    /// <summary>
    /// A shell redirection of the standard output and standard error of started processes; null: none.
    /// </summary>
    public string? Redirection { get; set; }

    /// <summary>The path of the started program: by default the built one, otherwise a copy.</summary>
    public string Program { get; set; } = RunningSbnn.Program;

    /// <summary>Starts <c>sbnn run</c>.</summary>
    public RunningSbnn Start(string spec, params string[] more) =>
        StartCommand("run", [spec, "--out", Out, "--data", DataRoot, .. more]);

    /// <summary>Starts a command that uses a home.</summary>
    public RunningSbnn StartCommand(string verb, params string[] more)
    {
        var environment = new Dictionary<string, string?>(Environment);
        if (Trainer is not null) environment["SBNN_TRAINER"] = Trainer;
        var started = RunningSbnn.Start(Folder, environment, [.. Shell(), Program, verb, .. more, "--home", Home]);
        _started.Add(started);
        return started;
    }

    private string[] Shell() => Redirection is null ? [] : ["sh", "-c", $"exec \"$@\" {Redirection}", "sh"];

    /// <summary>Runs a command with <c>--json</c>, which must exit with 0; returns its JSON.</summary>
    public async Task<JsonElement> JsonAsync(string verb, params string[] more)
    {
        var running = StartCommand(verb, [.. more, "--json"]);
        Assert.True(await running.WaitAsync() == 0, running.Stdout + running.Stderr);
        return JsonSerializer.Deserialize<JsonElement>(running.Stdout);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int ExitCode, string Stdout, string Stderr)> CommandAsync(string verb, params string[] more)
    {
        var running = StartCommand(verb, more);
        var exitCode = await running.WaitAsync();
        return (exitCode, running.Stdout, running.Stderr);
    }

    public async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(string spec, params string[] more)
    {
        var running = Start(spec, more);
        var exitCode = await running.WaitAsync();
        return (exitCode, running.Stdout, running.Stderr);
    }

    /// <summary>Holds the ledger's write lock, as another program would, until the connection is disposed.</summary>
    public SqliteConnection LockLedger(bool excludesReaders = false)
    {
        var connection =
            new SqliteConnection($"Data Source={Path.Combine(Home, "ledger.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = excludesReaders ? "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    public string Table(string sweep) => File.ReadAllText(Path.Combine(Out, sweep, "table.md"));

    public byte[] TableBytes(string sweep, string file) => File.ReadAllBytes(Path.Combine(Out, sweep, file));

    /// <summary>The trainers that run now, found by the locks that they hold.</summary>
    public IReadOnlyList<ProcessMark> LiveTrainers() => LiveTrainersBelow(Trials);

    /// <summary>The trainers that run now below a folder of trials, found by the locks that they hold.</summary>
    public static IReadOnlyList<ProcessMark> LiveTrainersBelow(string trials)
    {
        if (!Directory.Exists(trials)) return [];
        return
        [
            .. from trial in Directory.EnumerateDirectories(trials)
               from attempt in Directory.EnumerateDirectories(trial)
               let folder = new AttemptFolder(attempt)
               where FileLock.IsHeld(folder.Lock)
               let mark = folder.FindMark()
               where mark?.IsAlive() == true
               select mark,
        ];
    }

    /// <summary>True when some trial's attempt with that number is being trained now.</summary>
    public bool IsAttemptAlive(int attempt) =>
        Directory.EnumerateDirectories(Trials)
            .Any(trial => FileLock.IsHeld(new AttemptFolder(Path.Combine(trial, $"{attempt}")).Lock));

    /// <summary>The folders of the attempts with that number, of all trials.</summary>
    public IReadOnlyList<AttemptFolder> AttemptFolders(int attempt) =>
        Directory.Exists(Trials)
            ? [.. Directory.EnumerateDirectories(Trials)
                .Select(trial => new AttemptFolder(Path.Combine(trial, $"{attempt}")))
                .Where(static folder => Directory.Exists(folder.Path))] : [];

    /// <summary>The number of attempts of each trial.</summary>
    public IReadOnlyList<int> Attempts() =>
        [.. Directory.EnumerateDirectories(Trials)
            .Select(static trial => Directory.EnumerateDirectories(trial).Count())];

    public void Dispose()
    {
        _started.ForEach(static sbnn => sbnn.Dispose());
        SpinWait.SpinUntil(() => KillTrainers() == 0, TimeSpan.FromSeconds(10));
        _disk?.Dispose();

        // A trainer that has just started has no process file yet, and creates files while the folder is deleted.
        Assert.True(SpinWait.SpinUntil(TryRemove, TimeSpan.FromSeconds(20)), $"{Folder}: the folder cannot be removed");
    }

    private int KillTrainers()
    {
        var trainers = LiveTrainers();
        foreach (var trainer in trainers) Posix.SignalGroup(trainer.Pid, Posix.SigKill);
        return trainers.Count;
    }

    private bool TryRemove()
    {
        try
        {
            if (KillTrainers() > 0) return false;
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
