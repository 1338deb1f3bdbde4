using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Endpoints;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The page that submits a spec. It is checked while the user types. The browser (submit.js) sends the texts as
/// streams, because a message of a circuit is limited to 32 KB.
/// </summary>
public sealed partial class SubmitPage : IAsyncDisposable
{
    private const string FileName = "spec";

    private const string Example =
        """
        name: my-sweep
        trial:
          dataset: shapes
          epochs: 32
        axes:
          - domain: [symmetric, learned]
        seeds: 3
        """;

    private readonly List<string> _steps = [];
    private ElementReference _form;
    private IJSObjectReference? _module;
    private IJSObjectReference? _editor;
    private DotNetObjectReference<SubmitPage>? _self;
    private CancellationTokenSource? _submission;
    private CheckedSpec? _checked;
    private string? _problem;
    private bool _isBusy;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private SpecCheck Check { get; set; } = null!;

    [Inject]
    private SubmissionService Submissions { get; set; } = null!;

    /// <summary>Checks the texts in the browser, which calls this after a change.</summary>
    [JSInvokable]
    public async Task CheckAsync()
    {
        await TryAsync(async () =>
        {
            var (spec, published) = await ReadAsync();
            _checked = string.IsNullOrWhiteSpace(spec) ? null : await Check.CheckAsync(spec, published, FileName);
        });
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _submission?.Cancel();
        _submission?.Dispose();
        try
        {
            if (_editor is not null) await _editor.InvokeVoidAsync("dispose");
            if (_editor is not null) await _editor.DisposeAsync();
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has closed the page, with everything in it.
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await Browser.InvokeAsync<IJSObjectReference>(
            "import", $"./{Assets["_content/Sbnn.Sweeps.Dashboard/submit.js"]}");
        _editor = await _module.InvokeAsync<IJSObjectReference>("create", _form, _self);
    }

    private async Task JumpAsync(int line)
    {
        if (_editor is not null) await _editor.InvokeVoidAsync("jump", line);
    }

    private async Task SubmitAsync()
    {
        _submission?.Dispose();
        _submission = new CancellationTokenSource();
        _isBusy = true;
        _steps.Clear();
        await TryAsync(async () =>
        {
            // The browser's texts may be newer than the checked ones.
            var (spec, published) = await ReadAsync();
            var file = SpecReader.ParseSubmitted(spec, FileName, published);
            await Submissions.SubmitAsync(file, traceParent: null, ReportAsync, _submission.Token);
            Navigation.NavigateTo($"sweeps/{file.Spec.Name}");
        });
        _isBusy = false;
    }

    private Task ReportAsync(string step, string text) => InvokeAsync(() =>
    {
        _steps.Add(step == SubmissionEvent.Hint ? $"hint: {text}" : text);
        StateHasChanged();
    });

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            _problem = null;
        }
        catch (OperationCanceledException)
        {
            _problem = "Stopped. Nothing was recorded.";
        }
        catch (Exception error) when (error is BadInputException or LedgerUnavailableException or IOException)
        {
            _problem = error.Message;
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    }

    // The text of the published numbers is null when there are none.
    private async Task<(string Spec, string? Published)> ReadAsync()
    {
        if (_editor is null) return ("", null);
        var spec = await ReadAsync(await _editor.InvokeAsync<IJSStreamReference>("spec"));
        var published = await ReadAsync(await _editor.InvokeAsync<IJSStreamReference>("publishedNumbers"));
        return (spec, string.IsNullOrWhiteSpace(published) ? null : published);
    }

    private static async Task<string> ReadAsync(IJSStreamReference text)
    {
        await using (text)
        {
            if (text.Length > SpecFile.Longest)
            {
                throw new BadInputException(string.Create(CultureInfo.InvariantCulture,
                    $"the text has {text.Length} bytes (allowed: {SpecFile.Longest})"));
            }

            await using var stream = await text.OpenReadStreamAsync(SpecFile.Longest);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync();
        }
    }

    private static IEnumerable<(string Name, string Count)> CountsOf(SpecPlan plan)
    {
        foreach (var (name, count) in new[]
        {
            ("new trials", plan.New), ("cached, not trained again", plan.Cached),
            ("already running or waiting", plan.Open), ("failed earlier, run only after a retry", plan.Failed),
        })
        {
            if (count > 0) yield return (name, count.ToString("N0", CultureInfo.InvariantCulture));
        }

        var slots = Wording.Count(plan.Slots, "slot");
        yield return ("estimated time", plan switch
        {
            { Duration: null } => "unknown, because no similar trial has run",
            { Duration: { } all, Untimed: 0 } => $"{Wording.Duration(all)} on {slots}",
            { Duration: { } some } =>
                $"{Wording.Duration(some)} on {slots}, and {Wording.Count(plan.Untimed, "trial")} of unknown time",
        });
    }
}
