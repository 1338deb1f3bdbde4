using System.Security.Cryptography;
using System.Text;

namespace Sbnn.Sweeps.Trainer.Randomness;

/// <summary>
/// A stream of random numbers that is a pure function of (seed, purpose, epoch, step). Another stream with the same
/// arguments has the same numbers, so a resumed trial needs no generator state. The generator is Philox4x32-10 with the
/// key (seed, purpose) and the counter (block's low half, block's high half, step, epoch).
/// </summary>
internal sealed class CounterRandom
{
    private readonly uint _seed;
    private readonly uint _purpose;
    private readonly uint _epoch;
    private readonly uint _step;
    private readonly uint[] _words = new uint[4];
    private ulong _block;
    private int _used = 4;

    /// <summary>Creates the stream of one step. Epoch and step must be in [0, 2³²).</summary>
    public CounterRandom(int seed, RandomPurpose purpose, long epoch, long step)
    {
        _seed = unchecked((uint)seed);
        _purpose = (uint)purpose;
        _epoch = checked((uint)epoch);
        _step = checked((uint)step);
    }

    /// <summary>
    /// Creates the stream for a name, such as that of a parameter. The stream does not depend on the order in which
    /// names are used.
    /// </summary>
    public static CounterRandom Named(int seed, RandomPurpose purpose, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return new CounterRandom(seed, purpose, BitConverter.ToUInt32(hash, 0), BitConverter.ToUInt32(hash, 4));
    }

    /// <summary>Returns 32 random bits.</summary>
    public uint NextBits()
    {
        if (_used == _words.Length)
        {
            (_words[0], _words[1], _words[2], _words[3]) =
                Philox4x32.Block((uint)_block, (uint)(_block >> 32), _step, _epoch, _seed, _purpose);
            _block++;
            _used = 0;
        }

        return _words[_used++];
    }

    /// <summary>Returns a number uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextBits() >> 8) * (1f / (1 << 24));

    /// <summary>Returns a number uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextBits() << 32;
        return ((high | NextBits()) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>
    /// Returns a number uniform in 0 … n − 1, without modulo bias (Lemire's multiplication with rejection). n must be
    /// at least 1.
    /// </summary>
    public int Below(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var product = (ulong)NextBits() * (uint)n;
        var rejectBelow = unchecked((uint)-n) % (uint)n;
        while ((uint)product < rejectBelow) product = (ulong)NextBits() * (uint)n;
        return (int)(product >> 32);
    }

    /// <summary>Fills a span with numbers from <see cref="NextSingle"/>.</summary>
    public void Fill(Span<float> uniform)
    {
        for (var i = 0; i < uniform.Length; i++) uniform[i] = NextSingle();
    }

    /// <summary>Returns a uniformly random permutation of 0 … n − 1 (Fisher and Yates).</summary>
    public long[] Permutation(int n)
    {
        var order = new long[n];
        for (var i = 0; i < n; i++) order[i] = i;
        for (var i = n - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>
    /// Returns a draw from Beta(α, α) in [0, 1]. α must be above 0; the distribution is exact for every α. For α = 1 it
    /// is uniform. For α &gt; 1, draws from the uniform distribution are accepted with the probability (4x(1 −
    /// x))^(α−1), which is one in eleven at α = 100. For α &lt; 1 Jöhnk's method is used, with logarithms because
    /// U^(1/α) underflows.
    /// </summary>
    public double Beta(double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        if (alpha == 1) return NextDouble();
        while (true)
        {
            if (alpha > 1)
            {
                var x = NextDouble();
                if (NextDouble() < Math.Pow(4 * x * (1 - x), alpha - 1)) return x;
            }
            else
            {
                var logX = Math.Log(1 - NextDouble()) / alpha;
                var logY = Math.Log(1 - NextDouble()) / alpha;
                if (Math.Exp(logX) + Math.Exp(logY) <= 1) return 1 / (1 + Math.Exp(logY - logX));
            }
        }
    }
}
