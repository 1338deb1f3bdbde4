using System.Text;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// The here-documents that a head prints: they write the files with which nodes join it and verbs reach it.
/// </summary>
public static class JoinDocuments
{
    /// <summary>The file with which a node joins.</summary>
    public const string JoinFile = "sbnn-join";

    /// <summary>The file with which verbs reach the head.</summary>
    public const string HeadFile = "sbnn-head";

    /// <summary>True when a head has printed both.</summary>
    public static bool AreIn(string stdout) => stdout.Contains("export SBNN_HEAD", StringComparison.Ordinal);

    /// <summary>Pastes what a head printed into a shell, but for the lines that start something.</summary>
    /// <param name="stdout">What the head printed.</param>
    /// <param name="folder">Where the files are written.</param>
    /// <exception cref="InvalidOperationException">The shell refuses it.</exception>
    public static async Task PasteAsync(string stdout, string folder)
    {
        using var shell = RunningSbnn.Start(folder, new Dictionary<string, string?>(), "sh", "-c", In(stdout));
        if (await shell.WaitAsync() != 0)
            throw new InvalidOperationException($"what the head prints cannot be pasted:\n{shell.Output}\n{stdout}");
    }

    private static string In(string stdout)
    {
        var (script, isInside) = (new StringBuilder(), false);
        foreach (var line in stdout.Split('\n'))
        {
            isInside |= line.StartsWith("(umask", StringComparison.Ordinal);
            if (isInside) script.Append(line).Append('\n');
            isInside &= line != ")";
        }

        return script.ToString();
    }
}
