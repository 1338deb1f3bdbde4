using System.Globalization;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>A simulated GPU.</summary>
/// <param name="Uuid">The GPU's UUID.</param>
/// <param name="MemoryMiB">The GPU's memory.</param>
/// <param name="OtherProgramsMiB">The memory that other programs use.</param>
internal sealed record FakeGpu(string Uuid, int MemoryMiB, int OtherProgramsMiB = 0);

/// <summary>
/// A machine's GPUs, simulated with two scripts. The first script replaces <c>nvidia-smi</c>; it reports as a GPU's
/// used memory what other programs use and what the GPU's running trainers recorded. The second script replaces the
/// trainer; it records the trainer's GPU and memory, fails with an out-of-memory error when the GPU has too little, and
/// otherwise runs the real trainer on the CPU.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeGpus
{
    private readonly string _folder;

    /// <param name="folder">The folder of the scripts and their records.</param>
    /// <param name="gpus">The GPUs.</param>
    public FakeGpus(string folder, IReadOnlyList<FakeGpu> gpus)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Gpus = gpus;
        Smi = Scripts.Write(Path.Combine(_folder, "nvidia-smi"), string.Join('\n', gpus.Select(SmiLine)));
    }

    /// <summary>The GPUs, in the order of their numbers.</summary>
    public IReadOnlyList<FakeGpu> Gpus { get; }

    /// <summary>The path of the script that lists the GPUs.</summary>
    public string Smi { get; }

    /// <summary>The trainers' records: trial, attempt, GPU as in <c>CUDA_VISIBLE_DEVICES</c>, and MiB.</summary>
    public IReadOnlyList<string[]> Notes => File.Exists(Path.Combine(_folder, "notes"))
        ? [.. File.ReadLines(Path.Combine(_folder, "notes")).Select(static line => line.Split(' '))]
        : [];

    /// <summary>Writes the trainer's script. Its variable <c>FAKE_GPUS</c> names the folder of its machine.</summary>
    /// <param name="path">The script's path.</param>
    /// <param name="memory">A shell command that sets <c>mib</c> from <c>width</c>, <c>seed</c> and
    /// <c>attempt</c>.</param>
    public static string WriteTrainer(string path, string memory) => Scripts.Write(path,
        $$"""
        REAL='{{TrainerProgram.Find().Path}}'
        [ -f "$1/trial.json" ] || exec "$REAL" "$@"
        field() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p" "$2" | head -n 1; }
        attempt=$(field attempt "$1/trial.json") gpu=$CUDA_VISIBLE_DEVICES
        width=$(field width "$1/trial.json") seed=$(field seed "$1/trial.json")
        [ "$(field device "$1/trial.json")" = cuda ] || exec "$REAL" "$1"
        {{memory}}
        mkdir -p "$FAKE_GPUS/$gpu"
        echo "$(field trial "$1/trial.json") $(field attempt "$1/trial.json") $gpu $mib" >> "$FAKE_GPUS/notes"
        used=$("$FAKE_GPUS/nvidia-smi" | grep -F ", $gpu, " | cut -d, -f5)
        total=$("$FAKE_GPUS/nvidia-smi" | grep -F ", $gpu, " | cut -d, -f4)
        if [ $((used + mib)) -gt "$total" ]; then
            echo "CUDA out of memory: tried to take $mib MiB, $used of $total MiB are used" >&2
            exit {{Sbnn.Sweeps.Core.Protocol.TrainerExit.OutOfMemory}}
        fi
        echo "$mib" > "$FAKE_GPUS/$gpu/$$"
        sed -i 's/"device": *"cuda"/"device": "cpu"/' "$1/trial.json"
        exec "$REAL" "$1"
        """);

    private string SmiLine(FakeGpu gpu, int index) => string.Create(CultureInfo.InvariantCulture,
        $$"""
        used={{gpu.OtherProgramsMiB}}
        for file in '{{_folder}}/{{gpu.Uuid}}'/*; do
            [ -f "$file" ] && kill -0 "${file##*/}" 2>/dev/null && used=$((used + $(cat "$file")))
        done
        rest="50, 9.0, 570.1, [N/A], Default, 0"
        echo "{{index}}, {{gpu.Uuid}}, Fake {{gpu.MemoryMiB / 1024}} GB, {{gpu.MemoryMiB}}, $used, $rest"
        """);
}
