using System.CommandLine;
using System.Text.Json;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Cli;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Tests the files of <c>docker/</c> without a container engine: their syntax, rules of hadolint that concern them, and
/// that they fit the repository. Each rule's number is that of hadolint.
/// </summary>
public sealed class ContainerFilesTests
{
    private static readonly string[] Known =
        ["FROM", "ARG", "WORKDIR", "COPY", "RUN", "ENV", "VOLUME", "USER", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT",
            "CMD"];

    private static readonly string[] KnownKeys =
        ["image", "build", "init", "restart", "stop_grace_period", "read_only", "tmpfs", "cap_drop", "security_opt",
            "environment", "command", "depends_on", "hostname", "ports", "volumes", "deploy"];

    [Fact]
    public void Dockerfile_HasOnlyKnownInstructions() => // DL3020: no ADD; DL4000: no MAINTAINER.
        Assert.All(ContainerFiles.Instructions, static instruction => Assert.Contains(instruction.Name, Known));

    [Fact]
    public void Dockerfile_TakesImagesOfTheSdksVersion() // DL3006 and DL3007: each image has a tag other than latest.
    {
        var sdk = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("global.json"))).RootElement
            .GetProperty("sdk").GetProperty("version").GetString()!;
        var version = string.Join('.', sdk.Split('.')[..2]);
        Assert.Equal(
            [$"mcr.microsoft.com/dotnet/sdk:{version} AS build", $"mcr.microsoft.com/dotnet/aspnet:{version}"],
            Arguments("FROM"));
    }

    [Fact]
    public void Dockerfile_CopiesFilesThatExist_IntoAbsoluteFolders() // DL3000: a working folder is absolute.
    {
        Assert.All(Arguments("WORKDIR"), static folder => Assert.StartsWith("/", folder, StringComparison.Ordinal));
        var sources = Arguments("COPY")
            .Where(static copy => !copy.StartsWith("--from=build ", StringComparison.Ordinal))
            .Select(static copy => copy.Split(' ')[0]);
        Assert.Equal([".", "sweeps"], sources); // DL3022: the only other source is the stage "build".
        Assert.True(Directory.Exists(Repository.PathOf("sweeps")));
    }

    [Fact]
    public void Dockerfile_RunsAsAnotherUserThanRoot() // DL3002: the last user is not root.
    {
        Assert.Equal("$APP_UID", Arguments("USER")[^1]);
        Assert.True(IndexOf("USER") > ContainerFiles.Instructions.ToList().FindLastIndex(IsRun), "RUN after USER");

        static bool IsRun((string Name, string Arguments) instruction) => instruction.Name == "RUN";
    }

    [Fact]
    public void Dockerfile_StartsProgramsWithoutAShell() // DL3025: JSON form; DL3011, DL3012: one of each.
    {
        Assert.Equal(["sbnn"], ContainerFiles.EntryPoint);
        Assert.Equal(["sbnn", "healthcheck"], ContainerFiles.HealthCheck);
        Assert.Equal(["--help"], JsonSerializer.Deserialize<string[]>(Assert.Single(Arguments("CMD")))!);
        AssertParses(ContainerFiles.HealthCheck.Skip(1));
    }

    [Fact]
    public void Dockerfile_PublishesAndPassesTheChoiceOfTorch()
    {
        var publish = Arguments("RUN")[0];
        // DL3003, DL3004 and DL3008 to DL3016 concern cd, sudo and package managers, which no command uses.
        Assert.All(Arguments("RUN"), static run =>
            Assert.DoesNotMatch(@"\b(cd|sudo|apt|apt-get|apk|pip|npm|wget|curl)\b|[|;]", run));
        Assert.Equal(
            "dotnet publish src/Cli -c Release -r linux-x64 --no-self-contained -p:TorchCuda=\"$TORCH_CUDA\" "
                + "-o /opt/sbnn",
            publish);
        Assert.Contains("'$(TorchCuda)' == 'true'",
            File.ReadAllText(Repository.PathOf("src", "Trainer", "Sbnn.Sweeps.Trainer.csproj")),
            StringComparison.Ordinal);
        Assert.Equal("TORCH_CUDA=false", Assert.Single(Arguments("ARG")));
    }

    [Fact]
    public void IgnoreFile_LetsInWhatTheBuildNeeds_AndNothingElse()
    {
        var lines = File.ReadAllLines(Repository.PathOf(".dockerignore"))
            .Where(static line => line.Length > 0 && line[0] != '#').ToList();
        Assert.Equal("*", lines[0]);
        var allowed = lines.Where(static line => line[0] == '!').Select(static line => line[1..]).ToList();
        Assert.All(allowed, static name => Assert.True(Path.Exists(Repository.PathOf(name)), name));
        var needed = Directory.EnumerateFiles(Repository.Root, "Directory.*")
            .Select(static file => Path.GetFileName(file)).Concat(["build", "global.json", "src", "sweeps"]);
        Assert.Equal([], needed.Except(allowed));
        Assert.Equal([], allowed.Except([.. needed, ".editorconfig"]));
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.gpu.yaml")]
    public void Compose_HasValidKeysAndCommands(string file)
    {
        Assert.All(ContainerFiles.Read(file).Keys, static key =>
            Assert.True(
                key is "name" or "services" or "volumes" || key.StartsWith("x-", StringComparison.Ordinal), key));
        Assert.All(ContainerFiles.ServicesOf(file), static service =>
        {
            Assert.All(service.Value.Keys.Keys, static key => Assert.Contains(key, KnownKeys));
            if (service.Value.List("command") is { Count: > 0 } command) AssertParses(command);
        });
    }

    [Fact]
    public void Compose_HasAHeadTwoNodesAndAViewer()
    {
        var services = ContainerFiles.ServicesOf("compose.yaml");
        Assert.Equal(["head", "node-1", "node-2", "traces"], services.Keys);
        Assert.All(services.Values, static service =>
        {
            Assert.Equal("true", service.Text("read_only"));
            Assert.Equal(["ALL"], service.List("cap_drop"));
            Assert.Equal(["no-new-privileges:true"], service.List("security_opt"));
            Assert.All(service.List("ports"), static port =>
                Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        });
        Assert.Matches(@"^[^:]+:\d+\.\d+\.\d+$", services["traces"].Text("image"));
        var volumes = ((Dictionary<object, object>)ContainerFiles.Read("compose.yaml")["volumes"]).Keys;
        foreach (var (name, service) in services.Where(static service => service.Key != "traces"))
        {
            Assert.Equal("sbnn", service.Text("image"));
            Assert.Equal(name, service.Text("hostname"));
            Assert.Equal([(name, "/var/lib/sbnn", false), ("join", "/run/sbnn", name != "head")], service.Volumes());
            Assert.Equal([], service.Volumes().Select(static volume => (object)volume.Name).Except(volumes));
            Assert.Equal(name == "head" ? [] : ["head"], service.List("depends_on"));
        }

        // Each node of the file for GPUs is one of these nodes.
        Assert.Equal(["node-1", "node-2"], ContainerFiles.ServicesOf("compose.gpu.yaml").Keys);
    }

    private static IReadOnlyList<string> Arguments(string name) =>
        [.. ContainerFiles.Instructions.Where(instruction => instruction.Name == name)
            .Select(static instruction => instruction.Arguments)];

    private static int IndexOf(string name) =>
        ContainerFiles.Instructions.ToList().FindIndex(instruction => instruction.Name == name);

    private static void AssertParses(IEnumerable<string> arguments)
    {
        using var captured = new CapturedConsole();
        Assert.Equal([], SbnnCommand.Create(captured.Console).Parse([.. arguments]).Errors);
    }
}
