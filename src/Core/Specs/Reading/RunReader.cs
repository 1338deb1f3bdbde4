namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>run:</c>: limits and priority, which are not part of any trial's identity.</summary>
internal static class RunReader
{
    public static RunSpec Read(Section spec)
    {
        IReadOnlyList<string> names = [.. RunKey.All.Select(k => k.Name)];
        if (spec.Entry("run") is not { } entry
            || spec.MapOf(entry.Value, $"a map of {string.Join(", ", names)}") is not { } map)
            return new RunSpec();
        var run = new Section(map, spec.Problems, names);
        return CheckHangAfter(run, RunKey.All.Aggregate(new RunSpec(), (limits, key) => key.Read(run, limits)));
    }

    // hang-after must exceed checkpoint-every, because a healthy trainer may write no event between two checkpoints.
    private static RunSpec CheckHangAfter(Section run, RunSpec limits)
    {
        var every = limits.CheckpointEvery;
        if (limits.HangAfter == TimeSpan.Zero || limits.HangAfter > every) return limits;
        if (run.Entry("hang-after") is not { } written) return limits with { HangAfter = 2 * every };
        run.Problems.Add(
            written.Value,
            Section.NotAllowed(
                DurationRunKey.Written(limits.HangAfter),
                $"a duration longer than checkpoint-every ({DurationRunKey.Written(every)}), or 0s for never"));
        return limits;
    }
}
