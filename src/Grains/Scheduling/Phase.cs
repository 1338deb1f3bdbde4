namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The phase of an open trial in the scheduler; each open trial is in exactly one. The members of a phase decide which
/// indexes the trial belongs to. So a new phase changes only the methods of <see cref="Schedule"/> that enter and leave
/// it.
/// </summary>
internal abstract record Phase
{
    /// <summary>
    /// When the trial began to wait for a slot, by the monotonic clock; null: the trial does not wait for a slot.
    /// </summary>
    public virtual TimeSpan? QueuedSince => null;

    /// <summary>When the phase ends without a message, by the monotonic clock; null: never.</summary>
    public virtual TimeSpan? Due => null;

    /// <summary>The slot that the trial holds; null: none.</summary>
    public virtual SlotAddress? Holds => null;
}

/// <summary>The trial waits for a free slot.</summary>
/// <param name="Since">When this schedule first saw that the trial was ready for a slot, by the monotonic
/// clock.</param>
/// <param name="OwnClassUntil">Until this time, by the monotonic clock, the trial takes only a device on which its
/// checkpoint resumes exactly; null: it takes any device.</param>
internal sealed record Queued(TimeSpan Since, TimeSpan? OwnClassUntil = null) : Phase
{
    public override TimeSpan? QueuedSince => Since;

    public override TimeSpan? Due => OwnClassUntil;
}

/// <summary>The trial waits for the end of its backoff.</summary>
/// <param name="Until">The end of the backoff, by the monotonic clock.</param>
internal sealed record BackingOff(TimeSpan Until) : Phase
{
    public override TimeSpan? Due => Until;
}

/// <summary>The trial's next attempt was ordered, and its commit is not yet confirmed.</summary>
/// <param name="Place">The slot for the attempt.</param>
/// <param name="IsUnresolved">True when the order failed without an answer: only the ledger shows whether the attempt
/// was committed.</param>
internal sealed record Starting(SlotAddress Place, bool IsUnresolved = false) : Phase
{
    public override SlotAddress? Holds => Place;
}

/// <summary>The trial's current attempt is committed as running.</summary>
/// <param name="Place">The attempt's slot.</param>
/// <param name="IsNeeded">False when no active sweep needs the trial, so that its trainer must stop.</param>
/// <param name="LostBecause">Why the attempt is being ended as lost; null: it is not lost. No node is ordered to run a
/// lost attempt.</param>
internal sealed record Running(SlotAddress Place, bool IsNeeded, string? LostBecause = null) : Phase
{
    public override SlotAddress? Holds => Place;
}
