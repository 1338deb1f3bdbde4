using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>
/// The end of an attempt's log. The lines can be searched, and new ones appear while the attempt runs.
/// </summary>
public sealed partial class LogPanel : IDisposable
{
    private const int MostShown = 400;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private int _attempt;
    private LogFile _file = LogFile.Events;
    private string _search = "";
    private LogLines? _log;
    private bool _isMissing;
    private int _known;

    /// <summary>The trial.</summary>
    [Parameter, EditorRequired]
    public TrialKey Trial { get; set; }

    /// <summary>The number of attempts; the last one may be running.</summary>
    [Parameter, EditorRequired]
    public int Attempts { get; set; }

    /// <summary>True while the last attempt runs.</summary>
    [Parameter]
    public bool IsRunning { get; set; }

    [Inject]
    private IAttemptLogs Logs { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private IReadOnlyList<string> Matches() => _log is null ? [] : _search.Length == 0 ? _log.Lines
        : [.. _log.Lines.Where(line => line.Contains(_search, StringComparison.OrdinalIgnoreCase))];

    private string FileAddress => string.Create(CultureInfo.InvariantCulture,
        $"api/v1/trials/{Trial.Hex}/logs?attempt={_attempt}&file={EnumWords.Of(_file)}");

    private string Status(IReadOnlyList<string> matches) => this switch
    {
        { _isMissing: true } => "The log is not available, because the attempt's node does not answer and the head has "
            + "no copy.",
        { _log: null } => "Reading the log …",
        { _log.Lines.Count: 0 } => "The file is empty.",
        _ => Wording.Listed(" ",
            _search.Length == 0 ? $"{Wording.Count(_log.Lines.Count, "line")}."
                : $"{matches.Count} of {Wording.Count(_log.Lines.Count, "line")} match.",
            matches.Count > MostShown ? $"The last {MostShown} are shown." : null,
            _log.IsCut ? "Earlier lines are in the whole file." : null),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // A new attempt is shown when it starts, unless the user chose an earlier one.
        if (_attempt == _known && Attempts != _known) (_attempt, _log) = (Attempts, null);
        _known = Attempts;
        if (_log is null) await ReadAsync();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // This runs only for a page in a browser, not for prerendering.
        if (firstRender) _ = FollowAsync(_closed.Token);
    }

    private async Task FollowAsync(CancellationToken closed)
    {
        using var pace = new PeriodicTimer(RefreshInterval, Time);
        var wasRunning = IsRunning;
        try
        {
            while (await pace.WaitForNextTickAsync(closed))
            {
                // One read after the end gets the last lines.
                if (IsRunning || wasRunning)
                {
                    await InvokeAsync(async () =>
                    {
                        if (_attempt == Attempts && await ReadAsync()) StateHasChanged();
                    });
                }

                wasRunning = IsRunning;
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    }

    // True when the log has changed.
    private async Task<bool> ReadAsync()
    {
        var (attempt, file, log) = (_attempt, _file, _log ?? new LogLines());
        var part = await Logs.ReadAsync(new AttemptId(Trial, attempt), file, log.End ?? -LogLines.MostBytes,
            LogLines.MostBytes);
        if ((attempt, file) != (_attempt, _file)) return false; // The user chose another file during the read.
        var isNew = _log is null || _isMissing != part is null;
        (_log, _isMissing) = (log, part is null);
        return (part is not null && log.Append(part)) || isNew;
    }

    private Task ChooseAttemptAsync(ChangeEventArgs chosen)
    {
        (_attempt, _log) = (int.Parse((string)chosen.Value!, CultureInfo.InvariantCulture), null);
        return ReadAsync();
    }

    private Task ChooseFileAsync(ChangeEventArgs chosen)
    {
        (_file, _log) = (Enum.Parse<LogFile>((string)chosen.Value!, ignoreCase: true), null);
        return ReadAsync();
    }
}
