using System.Text;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// The shell commands (here-documents) that a head prints. They write the file with which nodes join, and the file with
/// which <c>sbnn</c> verbs call the head.
/// </summary>
public static class JoinDocuments
{
    /// <summary>The file that a node needs to join.</summary>
    public const string JoinFile = "sbnn-join";

    /// <summary>The file that verbs need to call the head.</summary>
    public const string HeadFile = "sbnn-head";

    /// <summary>True when a head has printed the commands for both files.</summary>
    public static bool AreIn(string stdout) => stdout.Contains("export SBNN_HEAD", StringComparison.Ordinal);

    /// <summary>Runs the shell commands in a head's output, except for the lines that start programs.</summary>
    /// <param name="stdout">The head's output.</param>
    /// <param name="folder">The folder for the files.</param>
    /// <exception cref="InvalidOperationException">The shell fails.</exception>
    public static async Task PasteAsync(string stdout, string folder)
    {
        using var shell = RunningSbnn.Start(folder, new Dictionary<string, string?>(), "sh", "-c", In(stdout));
        if (await shell.WaitAsync() != 0)
            throw new InvalidOperationException(
                $"the shell commands in the head's output failed:\n{shell.Output}\n{stdout}");
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
