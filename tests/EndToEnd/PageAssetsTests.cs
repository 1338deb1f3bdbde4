using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests copies of the built <c>sbnn</c> in which the dashboard's files were moved or removed.</summary>
public sealed partial class PageAssetsTests : IDisposable
{
    private const string Spec = """
        name: paged
        trial: {dataset: synthetic, train-images: 20, test-images: 10, width: 1, epochs: 1, batch-size: 10}
        seeds: [1]
        """;

    private readonly Workplace _workplace = new();
    private readonly string _copy;

    public PageAssetsTests()
    {
        var built = Path.GetDirectoryName(RunningSbnn.Program)!;
        _copy = Path.Combine(_workplace.Folder, "copy");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var copied = Path.Combine(_copy, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copied)!);
            File.Copy(file, copied);
        }

        (_workplace.Program, _workplace.Trainer) = (Path.Combine(_copy, "sbnn"), TrainerProgram.Find().Path);
    }

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Dashboard_ServesItsStylesAndScripts_WithoutSourcesAndPackageCache()
    {
        InvalidateManifest();
        var running = _workplace.Start(
            _workplace.WriteSpec(Spec.Replace("epochs: 1", "epochs: 1000", StringComparison.Ordinal)));
        await Eventually.UntilAsync(() => running.HasExited || Address().IsMatch(running.Stdout),
            "the dashboard's address");
        Assert.False(running.HasExited, running.Output);

        using var http = _workplace.Client();
        http.BaseAddress = new(Address().Match(running.Stdout).Groups[1].Value);
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative), Workplace.Cancellation);

        var files = Asset().Matches(page).Select(static match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains(files, static file => file.Contains("MudBlazor", StringComparison.Ordinal));
        Assert.Contains(files, static file => file.Contains("blazor.web", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var bytes = await http.GetByteArrayAsync(new Uri(file, UriKind.RelativeOrAbsolute), Workplace.Cancellation);
            Assert.True(bytes.Length > 0, file);
        }
    }

    [Theory]
    [InlineData("wwwroot", null)]
    [InlineData("sbnn.staticwebassets.endpoints.json", null)]
    [InlineData("sbnn.staticwebassets.endpoints.json", "{")]
    public async Task Run_Trains_WithoutTheDashboardsFiles(string gone, string? instead)
    {
        InvalidateManifest();
        var path = Path.Combine(_copy, gone);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
        if (instead is not null) await File.WriteAllTextAsync(path, instead, Workplace.Cancellation);

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Spec));

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Equal(gone == "wwwroot" ? 0 : 1, stderr.Split("shown without styles and scripts").Length - 1);
    }

    // Makes the manifest name folders that do not exist, as on another machine or after the package cache was removed.
    private void InvalidateManifest()
    {
        var path = Path.Combine(_copy, "sbnn.staticwebassets.runtime.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["ContentRoots"] =
            new JsonArray([.. manifest["ContentRoots"]!.AsArray()
                .Select(static (_, index) => JsonValue.Create($"/no/such/folder/{index}/"))]);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    [GeneratedRegex("dashboard: (http://\\S+/)\\?token=")]
    private static partial Regex Address();

    [GeneratedRegex("(?:href|src)=\"([^\"]+\\.(?:css|js|svg))\"")]
    private static partial Regex Asset();
}
