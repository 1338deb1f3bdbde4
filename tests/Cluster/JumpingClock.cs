namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>The system's clock, which a test can set ahead.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _jumped;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _jumped);

    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, (long)(by.TotalSeconds * TimestampFrequency));
}
