using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class StderrSummaryTests
{
    private const string Nested = """
        some log line
        System.TypeInitializationException: The type initializer for 'TorchSharp.torch' threw an exception.
         ---> System.DllNotFoundException: Unable to load 'LibTorchSharp':
        libtorch_cpu.so: cannot open shared object file

        Trace of the load:

            Trying this
           at TorchSharp.torch.LoadNativeBackend(Boolean useCudaBackend, StringBuilder& trace)
           at TorchSharp.torch..cctor()
           --- End of inner exception stack trace ---
           at TorchSharp.torch.get_num_threads()
           at Program.<Main>$(String[] args) in /src/Program.cs:line 33
        """;

    private const string Missing = """
        You must install or update .NET to run this application.

        App: /opt/sbnn/trainer/sbnn-trainer
        Architecture: x64
        Framework: 'Microsoft.NETCore.App', version '99.0.0' (x64)
        .NET location: /usr/share/dotnet

        Learn more:
        https://aka.ms/dotnet/app-launch-failed
        """;

    [Theory]
    [InlineData(null, null)]
    [InlineData(" \n\n", null)]
    [InlineData("it fell\napart\n", "apart")]
    [InlineData(Nested,
        "System.DllNotFoundException: Unable to load 'LibTorchSharp': libtorch_cpu.so: cannot open shared object file")]
    [InlineData(Missing,
        "You must install or update .NET to run this application. Framework: 'Microsoft.NETCore.App', version '99.0.0' "
            + "(x64)")]
    [InlineData("You must install .NET to run this application.\n\nApp: /sbnn-trainer",
        "You must install .NET to run this application.")]
    [InlineData(
        "Unhandled exception. System.ComponentModel.Win32Exception (13): Permission denied\n   at A.B(C c)\n   at "
            + "Program.<Main>(String[] args)\n",
        "Unhandled exception. System.ComponentModel.Win32Exception (13): Permission denied")]
    [InlineData("System.ArgumentException: a message\nof two lines\n   at A.B(C c)",
        "System.ArgumentException: a message of two lines")]
    // The kept end of the text begins within the stack trace.
    [InlineData("   at A.B(C c)\n   at Program.<Main>$(String[] args)", "at Program.<Main>$(String[] args)")]
    public void Of_PrefersAnErrorMessage_ToOtherText(string? stderr, string? words) =>
        Assert.Equal(words, StderrSummary.Of(stderr));

    [Fact]
    public void Of_ShortensAMessage_WhenItIsTooLongForALine() =>
        Assert.Equal(501, StderrSummary.Of(new string('x', 4000))!.Length);
}
