using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The choice of trials in a page's address, so that it can be bookmarked and shared, and the browser's back button
/// works.
/// </summary>
/// <param name="State">Only trials in this state; null: all.</param>
/// <param name="Order">The order of the trials.</param>
/// <param name="Page">The number of the page, from 1.</param>
/// <param name="Search">The search, with the setting to sort by.</param>
public sealed record TrialQuery(TrialState? State, TrialOrder Order, int Page, TrialSearch Search)
{
    /// <summary>The number of trials on a page.</summary>
    public const int TrialsOnPage = 50;

    private const int LongestSearch = 500;

    /// <summary>Reads the parameters. Users can edit the address, so values that are not valid are ignored.</summary>
    public static TrialQuery Read(string? state, string? order, string? page, string? find, string? sort) => new(
        Enum.GetValues<TrialState>().Cast<TrialState?>().FirstOrDefault(one => EnumWords.Of(one!.Value) == state),
        Array.Find(Enum.GetValues<TrialOrder>(), one => EnumWords.Of(one) == order),
        int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 1, 1_000_000) : 1,
        new TrialSearch(
            find is { Length: <= LongestSearch } ? find : "", sort?.TrimStart('-') is { Length: > 0 } by ? by : null,
            sort?.StartsWith('-') == true));

    /// <summary>The request for a page of the ledger.</summary>
    /// <param name="page">The number of the page, from 1.</param>
    public PageRequest Request(int page) => new((page - 1) * TrialsOnPage, TrialsOnPage, State, Order);

    /// <summary>The address of a sweep's trials with this choice.</summary>
    public string AddressOf(string sweep) => QueryHelpers.AddQueryString(
        $"sweeps/{sweep}",
        new Dictionary<string, string?>
        {
            ["state"] = State is { } state ? EnumWords.Of(state) : null,
            ["order"] = Order == TrialOrder.Activity ? null : EnumWords.Of(Order),
            ["find"] = Search.Text.Length == 0 ? null : Search.Text,
            ["sort"] = Search.SortedBy is { } by ? $"{(Search.IsDescending ? "-" : "")}{by}" : null,
            ["page"] = Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture),
        }.Where(static pair => pair.Value is not null));

    /// <summary>The same choice sorted by a setting: ascending first, then descending, then not at all.</summary>
    public TrialQuery SortedBy(string setting) => this with
    {
        Page = 1,
        Order = TrialOrder.Activity,
        Search = Search.SortedBy != setting ? Search with { SortedBy = setting, IsDescending = false }
            : Search.IsDescending ? Search with { SortedBy = null, IsDescending = false }
            : Search with { IsDescending = true },
    };
}
