using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.MountTests;

/// <summary>What the kernel forgets. It takes emptying the caches of the whole machine, from which tests that count calls would suffer.</summary>
[Collection(nameof(Alone))]
public sealed class ForgettingTests
{
    [Fact]
    public void WhatTheKernelForgetsIsForgottenAndItsMemoryIsUsedAgain()
    {
        using TempTree tree = new();
        using Mounted source = Mounted.Source(SourceKind.CSharp, tree.At("source"), "--wide", "wide=50000");
        using Mounted mirror = Mounted.Mirror(source.Path, tree.At("mirror"));
        long[] resident = new long[12];
        for (int round = 0; round < resident.Length; round++)
        {
            _ = Commands.ShellOutput($"ls -l '{mirror.Path}/wide' | wc -l; echo 2 > /proc/sys/vm/drop_caches; sleep 0.3");
            resident[round] = mirror.Service.ResidentKilobytes;
        }

        // The first rounds grow it to what 50,000 entries and the listings kept for a while take; after that it stays.
        Assert.InRange(resident[^1], 0, resident[7] * 9 / 8);
    }
}
