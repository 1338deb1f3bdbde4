using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Polly;
using Polly.Retry;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;

namespace Sbnn.Sweeps.Silo.Hooks;

/// <summary>
/// Calls hooks: a POST of the JSON, or a program that reads the JSON from its standard input. No shell is involved, and
/// redirects are not followed.
/// </summary>
internal sealed class HookSender : IDisposable
{
    /// <summary>The header with <c>sha256=</c> and the HMAC of the body in hex.</summary>
    public const string SignatureHeader = "X-Sbnn-Signature";

    private const int Retries = 2;
    private static readonly TimeSpan UrlTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProgramTimeout = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each request has its own, by this sender's clock.
    };

    private readonly ResiliencePipeline<Tried> _retry;

    public HookSender(TimeProvider time)
    {
        _time = time;
        _retry = new ResiliencePipelineBuilder<Tried> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Tried>
            {
                ShouldHandle = static tried => ValueTask.FromResult(tried.Outcome.Result is { MayRetry: true }),
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
            })
            .Build();
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Calls a hook. A URL that fails is tried three times, a program once.</summary>
    public async Task<HookOutcome> SendAsync(Hook hook, byte[] json, CancellationToken cancellation) =>
        hook.Url is { } url
            ? (await _retry.ExecuteAsync(
                async stop => await PostAsync(url, hook.Secret, json, stop), cancellation)).Outcome
            : await RunAsync(hook.Program, json, cancellation);

    /// <summary>The value of <see cref="SignatureHeader"/>.</summary>
    public static string Sign(string secret, byte[] body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    private async Task<Tried> PostAsync(
        Uri url, string? secret, byte[] json, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(UrlTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        if (secret is not null) request.Headers.Add(SignatureHeader, Sign(secret, json));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)answer.StatusCode;
            return status switch
            {
                >= 200 and < 300 => new Tried(HookOutcome.Delivered, MayRetry: false),
                >= 300 and < 400 => Failed($"status {status}: redirects are not followed", mayRetry: false),
                _ => Failed($"status {status}", status >= 500
                    || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"no answer within {UrlTimeout.TotalSeconds:0} s", mayRetry: true);
        }
        catch (HttpRequestException error)
        {
            // The message would name the host.
            return Failed(CauseOf(error.HttpRequestError), mayRetry: true);
        }
    }

    private async Task<HookOutcome> RunAsync(IReadOnlyList<string> program, byte[] json, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program[0], program.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            return HookOutcome.Failed("the program cannot be started");
        }

        using var limit = new CancellationTokenSource(ProgramTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var piping = new CancellationTokenSource();
        // The output is read so that the program does not block, and dropped, because it may contain secrets.
        var pipes = Task.WhenAll(
            WriteAsync(process.StandardInput, json, piping.Token),
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, piping.Token),
            process.StandardError.BaseStream.CopyToAsync(Stream.Null, piping.Token));
        try
        {
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? HookOutcome.Delivered : HookOutcome.Failed($"exit code {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return HookOutcome.Failed($"not ended within {Wording.Duration(ProgramTimeout)}");
        }
        finally
        {
            // A child process that the program left running may keep the pipes open.
            await piping.CancelAsync();
            await pipes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
        }
    }

    // A program may ignore its input and close it.
    private static async Task WriteAsync(StreamWriter input, byte[] json, CancellationToken cancellation)
    {
        try
        {
            await using var stream = input.BaseStream;
            await stream.WriteAsync(json, cancellation);
        }
        catch (IOException)
        {
            // The exit code decides.
        }
    }

    private static Tried Failed(string reason, bool mayRetry) => new(HookOutcome.Failed(reason), mayRetry);

    private static string CauseOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the host's name is unknown",
        HttpRequestError.ConnectionError => "the connection was refused or was lost",
        HttpRequestError.SecureConnectionError => "the certificate is not valid, or TLS failed",
        _ => "the answer is not HTTP",
    };

    /// <summary>The outcome of one request.</summary>
    /// <param name="Outcome">The outcome.</param>
    /// <param name="MayRetry">True when a later request may succeed.</param>
    private sealed record Tried(HookOutcome Outcome, bool MayRetry);
}
