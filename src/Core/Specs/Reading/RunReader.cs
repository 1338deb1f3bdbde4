namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>run:</c>: limits and priority, outside every trial's identity.</summary>
internal static class RunReader
{
    public static RunSpec Read(Section spec)
    {
        IReadOnlyList<string> names = [.. RunKey.All.Select(k => k.Name)];
        if (spec.Entry("run") is not { } entry || spec.MapOf(entry.Value, $"a map of {string.Join(", ", names)}") is not { } map) return new RunSpec();
        var run = new Section(map, spec.Problems, names);
        return RunKey.All.Aggregate(new RunSpec(), (limits, key) => key.Read(run, limits));
    }
}
