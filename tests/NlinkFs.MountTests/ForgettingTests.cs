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
        const int Entries = 50_000;
        using TempTree tree = new();
        using Mounted source = Mounted.Source(SourceKind.CSharp, tree.At("source"), "--wide", $"wide={Entries}");
        using Mounted mirror = Mounted.Mirror(source.Path, tree.At("mirror"));
        long before = ResidentAfterRounds(2);
        long grown = (ResidentAfterRounds(8) - before) * 1024;

        // A remembered entry takes 140 bytes.
        Assert.InRange(grown / (8 * Entries), long.MinValue, 20);

        // Listings are dropped, and their memory given back, some seconds after their last use.
        long ResidentAfterRounds(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                _ = Commands.ShellOutput($"ls -l '{mirror.Path}/wide' | wc -l; echo 2 > /proc/sys/vm/drop_caches; sleep 0.3");
            }

            return Enumerable.Range(0, 60).Min(_ =>
            {
                Thread.Sleep(200);
                return mirror.Service.ResidentKilobytes;
            });
        }
    }
}
