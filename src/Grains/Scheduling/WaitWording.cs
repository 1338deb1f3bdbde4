using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>Explains why trials with a given demand do not start.</summary>
internal static class WaitWording
{
    /// <summary>The reason, based on what the nodes offer and run now.</summary>
    public static WaitReason Explain(TrialDemand demand, SlotBoard board)
    {
        var offered = board.Devices.Where(device => device.Slots > 0 && IsOfKind(device)).ToList();
        if (offered.Count == 0) return new WaitReason(WaitCause.NoDevice, $"for {KindOf(demand)}: no node offers one");
        var here = board.CandidatesFor(demand).Where(offered.Contains).ToList();
        if (here.Count == 0)
            return new WaitReason(WaitCause.NoDevice, "for a node that has its images, or can get them");
        var open = here.Where(device => device.CanTake(demand)).ToList();
        if (open.Count == 0)
            return !demand.IsOwnClassOnly ? Unfit(demand, here) : Unresumable(demand, here, board);
        if (open.Exists(device => device.HasRoom(demand, board.Peaks)))
            return new WaitReason(WaitCause.FreeSlot, "for its turn: the free slots are reserved for an earlier trial");
        if (demand.IsAlone)
            return new WaitReason(WaitCause.IdleDevice, $"for {IdleOf(open)}, because {Because(demand)}");
        if (demand.IsOwnClassOnly && IsRoomElsewhere(demand, here, board.Peaks))
        {
            return new WaitReason(WaitCause.FreeSlot, $"for a free slot {OfOwnClass(demand)}");
        }

        var withFreeSlot = open.Where(static device => device.Free > 0).ToList();
        return withFreeSlot.Count == 0
            ? new WaitReason(WaitCause.FreeSlot, $"for a free slot{OtherPrograms(here)}")
            : Crowded(demand, withFreeSlot, board.Peaks, OtherPrograms(here));

        bool IsOfKind(DeviceSlots device) => demand.Device == DeviceKind.Any || device.Kind == demand.Device;
    }

    private static bool IsRoomElsewhere(TrialDemand demand, List<DeviceSlots> here, ShapePeaks peaks) =>
        here.Exists(device => device.HasRoom(demand with { IsOwnClassOnly = false }, peaks));

    // No device of the checkpoint's class is available, and the trial still waits for such a device.
    private static WaitReason Unresumable(in TrialDemand demand, List<DeviceSlots> here, SlotBoard board)
    {
        var anywhere = demand with { IsOwnClassOnly = false };
        return here.Exists(device => device.CanTake(anywhere))
            ? new WaitReason(WaitCause.NoDevice, $"for a device {OfOwnClass(demand)}")
            : Explain(anywhere, board);
    }

    private static string OfOwnClass(in TrialDemand demand) =>
        $"of class '{demand.ResumesOn}', on which its checkpoint resumes; after a while the trial starts over on "
            + "another class";

    // Even an empty device could not run the trial.
    private static WaitReason Unfit(in TrialDemand demand, List<DeviceSlots> here)
    {
        var usable = here.Where(static device => device.Gpu is { IsOccupied: false }).ToList();
        if (usable.Count == 0) return new WaitReason(WaitCause.NoDevice, $"for {KindOf(demand)}{OtherPrograms(here)}");
        var largest = usable.MaxBy(static device => device.Gpu!.MemoryMiB)!;
        return new WaitReason(WaitCause.GpuMemory,
            $"for {Wording.Memory(demand.MemoryMiB)} of GPU memory; the largest GPU has "
            + $"{Wording.Memory(largest.Gpu!.MemoryMiB)}, on node {largest.Node}{OtherPrograms(here)}");
    }

    // Slots are free, but other trials use the memory of their GPUs.
    private static WaitReason Crowded(
        in TrialDemand demand, List<DeviceSlots> withFreeSlot, ShapePeaks peaks, string otherPrograms)
    {
        var most = withFreeSlot.MaxBy(device => device.FreeMemory(peaks))!;
        return most.Gpu is { } gpu && peaks.Find(demand, gpu.Model) is { } need
            ? new WaitReason(WaitCause.GpuMemory,
                $"for {Wording.Memory(need)} of GPU memory; the most that is free is "
                + $"{Wording.Memory(most.FreeMemory(peaks))}, on node {most.Node}{otherPrograms}")
            : new WaitReason(WaitCause.IdleDevice,
                $"for an empty GPU, because the memory that such trials need is not measured yet{otherPrograms}");
    }

    private static string KindOf(in TrialDemand demand) => demand.Device switch
    {
        DeviceKind.Gpu => "a GPU",
        DeviceKind.Cpu => "a CPU slot",
        _ => "a slot",
    };

    private static string IdleOf(List<DeviceSlots> open) =>
        open.TrueForAll(static device => device.Kind == DeviceKind.Gpu) ? "an empty GPU" : "an idle node";

    private static string Because(in TrialDemand demand) =>
        demand.RanOut ? "the trial ran out of memory" : "its sweep requires exclusive devices";

    private static string OtherPrograms(List<DeviceSlots> here) => string.Concat(
        here.Where(static device => device.Gpu is { IsOccupied: true }).Take(2).Select(static device =>
            $"; GPU {device.Gpu!.Uuid} of node {device.Node} is skipped, because other programs use "
            + $"{Wording.Memory(device.Gpu.OtherProgramsMiB)} of its memory"));
}
