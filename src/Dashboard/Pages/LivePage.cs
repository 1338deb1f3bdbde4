using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A page that reads the ledger again after each change.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    /// <summary>Why the page cannot be read now; null when it was read.</summary>
    private protected string? _problem;

    private IDisposable? _subscription;
    private int _reads;

    [Inject]
    private protected SweepFeed Feed { get; set; } = null!;

    [Inject]
    private protected IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private protected TimeProvider Time { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the subscription when the page is closed.</summary>
    protected virtual void Dispose(bool disposing) => _subscription?.Dispose();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // This runs only for a page in a browser, not for prerendering.
        if (firstRender) _subscription = Feed.Subscribe(RedrawAsync);
    }

    /// <summary>
    /// Reads what the page shows, by the current parameters; returns the assignment of what was read to the page's
    /// fields.
    /// </summary>
    private protected abstract Task<Action> ReadAsync();

    /// <summary>Reads the page's content again and shows it.</summary>
    private protected Task RedrawAsync() => InvokeAsync(async () =>
    {
        try
        {
            await LoadAsync();
            StateHasChanged();

            // The browser answers after it has drawn the page. Without this wait, closing the connection could drop the
            // last update.
            if (Feed.IsEnding) await Browser.InvokeVoidAsync("sbnnTheme.choice");
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    });

    private async Task LoadAsync()
    {
        var read = ++_reads;
        try
        {
            var show = await ReadAsync();

            // When another read has begun since, perhaps because the user chose something else, its result is newer.
            if (read != _reads) return;
            show();
            _problem = null;
        }
        catch (BadInputException error) when (read == _reads)
        {
            _problem = error.Message; // The page's address has a value that is not allowed.
        }
        catch (LedgerUnavailableException error)
        {
            _problem = string.Create(
                CultureInfo.InvariantCulture,
                $"The ledger cannot be read ({error.Message}). The page shows the state from before "
                    + $"{Time.GetLocalNow():HH:mm:ss}.");
        }
    }
}
