using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// A user who owns no files on this machine. Tests start programs as that user to test the effect of file modes,
/// because root may read and write all files.
/// </summary>
public static class OtherUser
{
    /// <summary>The user's ID, as messages show it.</summary>
    public const string Id = "65534";

    private static readonly string[] Become = ["setpriv", $"--reuid={Id}", $"--regid={Id}", "--clear-groups"];

    /// <summary>
    /// Starts <c>sbnn</c> as that user. If this process cannot become another user, the test is skipped, or fails if
    /// SBNN_EXPECT names "users".
    /// </summary>
    public static RunningSbnn Start(string folder, params string[] args)
    {
        const string WhyNot = "the test cannot start a program as another user; that requires root and setpriv";
        Expected.Require(CanBecome(), "users", WhyNot);
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
            // The check uses the built program's path, because other users may not be allowed to enter the build's
            // folder.
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
