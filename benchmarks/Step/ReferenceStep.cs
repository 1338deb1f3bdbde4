using System.Diagnostics;
using System.Globalization;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>
/// The reference step: benchmarks/reference/step.py, the same network and training as a PyTorch user would write them,
/// in a separate process. Each line on its standard input requests a step, and the answer is the step's processor time.
/// </summary>
internal sealed class ReferenceStep : IDisposable
{
    private static readonly string Python = Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named
        ? named : "python3";

    private readonly Process _process;

    private ReferenceStep(Process process) => _process = process;

    /// <summary>
    /// Starts the reference program. Returns null and prints the reason when Python or PyTorch is missing.
    /// </summary>
    public static ReferenceStep? TryStart(string network, int width, int batch, int threads)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "reference", "step.py"), network,
            "--width", Text(width), "--batch", Text(batch), "--threads", Text(threads),
        ];
        try
        {
            var process = Process.Start(
                new ProcessStartInfo(Python, arguments)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true
                })!;
            if (process.StandardOutput.ReadLine() is { } ready)
            {
                Console.WriteLine($"reference: PyTorch {ready["ready ".Length..]}");
                return new ReferenceStep(process);
            }

            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            Console.Error.WriteLine(error.Message);
        }

        Console.Error.WriteLine(
            $"the reference is not measured: {Python} cannot import PyTorch; install it (Debian: python3-torch), or "
                + "set "
                + "PYTHON to another Python");
        return null;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Runs one step and returns its processor time in seconds.</summary>
    public double Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("the reference program has ended");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // The reference program exits at the end of its input.
        _process.WaitForExit();
        _process.Dispose();
    }
}
