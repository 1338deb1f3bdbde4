using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// A user to whom nothing belongs here: programs are started as that user, who may do what the files' modes let others
/// do.
/// </summary>
public static class OtherUser
{
    /// <summary>What messages call that user.</summary>
    public const string Id = "65534";

    private static readonly string[] Become = ["setpriv", $"--reuid={Id}", $"--regid={Id}", "--clear-groups"];

    /// <summary>
    /// Starts <c>sbnn</c> as that user. Where this process cannot become another user the test is skipped, or fails if
    /// SBNN_EXPECT names "users".
    /// </summary>
    public static RunningSbnn Start(string folder, params string[] args)
    {
        const string WhyNot = "a program cannot be started as another user here: that needs root, and setpriv";
        Expected.Demand(CanBecome(), "users", WhyNot);
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = "/nonexistent",
            ["SBNN_HOME"] = null,
            ["SBNN_DATA"] = null,
        };
        return RunningSbnn.Start(folder, environment, [.. Become, RunningSbnn.Program, .. args]);
    }

    private static bool CanBecome()
    {
        try
        {
            // Also where the build tree lies in a folder that is closed to others.
            string[] arguments = [.. Become[1..], "test", "-x", RunningSbnn.Program];
            var start = new ProcessStartInfo(Become[0], arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
