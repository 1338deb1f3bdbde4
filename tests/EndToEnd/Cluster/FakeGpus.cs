using System.Globalization;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>A GPU that is not there.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="MemoryMiB">Its memory.</param>
/// <param name="StrangersMiB">What other programs hold of it.</param>
internal sealed record FakeGpu(string Uuid, int MemoryMiB, int StrangersMiB = 0);

/// <summary>
/// A machine's GPUs as two scripts have them. One stands in for <c>nvidia-smi</c>: a GPU's used memory is what
/// strangers hold and what the trainers on it that live have said they take. The other stands in for the trainer: it
/// notes its GPU and how much it takes there, runs out of memory when that is more than there is, and has the real
/// trainer do the same training on the CPU.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeGpus
{
    private readonly string _folder;

    /// <param name="folder">Where the scripts and what they note lie.</param>
    /// <param name="gpus">The GPUs.</param>
    public FakeGpus(string folder, IReadOnlyList<FakeGpu> gpus)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Gpus = gpus;
        Smi = Scripts.Write(Path.Combine(_folder, "nvidia-smi"), string.Join('\n', gpus.Select(SmiLine)));
    }

    /// <summary>The GPUs, in the order of their numbers.</summary>
    public IReadOnlyList<FakeGpu> Gpus { get; }

    /// <summary>The path of the program that lists them.</summary>
    public string Smi { get; }

    /// <summary>
    /// What the trainers noted: trial, attempt, GPU as <c>CUDA_VISIBLE_DEVICES</c> names it, and MiB.
    /// </summary>
    public IReadOnlyList<string[]> Notes => File.Exists(Path.Combine(_folder, "notes"))
        ? [.. File.ReadLines(Path.Combine(_folder, "notes")).Select(static line => line.Split(' '))]
        : [];

    /// <summary>Writes the trainer. Its variable <c>FAKE_GPUS</c> names the folder of its machine.</summary>
    /// <param name="path">Where.</param>
    /// <param name="memory">Shell that sets <c>mib</c>, by <c>width</c>, <c>seed</c> and <c>attempt</c>.</param>
    public static string WriteTrainer(string path, string memory) => Scripts.Write(path,
        $$"""
        REAL='{{TrainerProgram.Find().Path}}'
        [ -f "$1/trial.json" ] || exec "$REAL" "$@"
        told() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p" "$2" | head -n 1; }
        attempt=$(told attempt "$1/trial.json") gpu=$CUDA_VISIBLE_DEVICES
        width=$(told width "$1/trial.json") seed=$(told seed "$1/trial.json")
        [ "$(told device "$1/trial.json")" = cuda ] || exec "$REAL" "$1"
        {{memory}}
        mkdir -p "$FAKE_GPUS/$gpu"
        echo "$(told trial "$1/trial.json") $(told attempt "$1/trial.json") $gpu $mib" >> "$FAKE_GPUS/notes"
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
        used={{gpu.StrangersMiB}}
        for file in '{{_folder}}/{{gpu.Uuid}}'/*; do
            [ -f "$file" ] && kill -0 "${file##*/}" 2>/dev/null && used=$((used + $(cat "$file")))
        done
        rest="50, 9.0, 570.1, [N/A], Default, 0"
        echo "{{index}}, {{gpu.Uuid}}, Fake {{gpu.MemoryMiB / 1024}} GB, {{gpu.MemoryMiB}}, $used, $rest"
        """);
}
