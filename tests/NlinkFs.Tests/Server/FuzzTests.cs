using NlinkFs.Linux;
using NlinkFs.Mirror;
using NlinkFs.Protocol;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Server;

/// <summary>Frames at random, by the hundred thousand, at a mirror of a real tree.</summary>
public sealed class FuzzTests
{
    private const int Frames = 200_000;

    [Fact]
    public void NoFrameCrashesTheServerOrGoesUnanswered()
    {
        using TempTree tree = new();
        _ = tree.Write("source/name", "content");
        _ = tree.Write("source/dir/leaf", "leaf");
        _ = MirrorFileSystem.Open(System.Text.Encoding.UTF8.GetBytes(tree.At("source")), new MirrorOptions { PassXattrs = true }, new SilentLog(), TimeSpan.FromSeconds(10), out MirrorFileSystem? mirror, out _);
        using MirrorFileSystem fileSystem = mirror!;
        using FakeKernel kernel = new(fileSystem, new NlinkFs.Server.SessionOptions { MaxPages = 8 });
        Random random = new(20261124);
        FuseOpcode[] opcodes = [.. GoldenFrames.Bodies.Keys];
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = Mutate(random, opcodes[random.Next(opcodes.Length)], (ulong)i + 1000);
            kernel.Send(frame);
            if (IsAnswered(frame))
            {
                _ = kernel.Receive();
            }
        }

        Assert.DoesNotContain(kernel.Log.Lines, line => line.StartsWith("failed", StringComparison.Ordinal));
        Assert.Equal(Errno.None, kernel.Ask(FuseOpcode.Lookup, NodeId.Root, "name\0"u8).Error);
    }

    /// <summary>A good frame with some bytes changed, cut off or added; often with a node or handle that exists.</summary>
    private static byte[] Mutate(Random random, FuseOpcode opcode, ulong unique)
    {
        NodeId node = new(random.Next(4) == 0 ? (ulong)random.NextInt64() : (ulong)random.Next(4));
        List<byte> frame = [.. FakeKernel.Frame(opcode, unique, node, GoldenFrames.Bodies[opcode])];
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            int at = random.Next(16, frame.Count);
            switch (random.Next(4))
            {
                case 0:
                    frame.RemoveRange(at, random.Next(frame.Count - at));
                    frame.Add(1);
                    break;
                case 1:
                    frame.AddRange(Enumerable.Range(0, random.Next(64)).Select(_ => (byte)random.Next(256)));
                    break;
                case 2:
                    frame[at] = (byte)random.Next(256);
                    break;
                case 3:
                    frame.Insert(at, 0);
                    break;
            }
        }

        byte[] bytes = [.. frame];
        if (random.Next(4) != 0)
        {
            BitConverter.GetBytes(bytes.Length).CopyTo(bytes, 0);
        }

        return bytes;
    }

    private static bool IsAnswered(byte[] frame) => !GoldenFrames.Unanswered.Contains((FuseOpcode)BitConverter.ToUInt32(frame, 4));
}
