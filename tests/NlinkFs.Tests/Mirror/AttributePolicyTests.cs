using NlinkFs.Linux;
using NlinkFs.Mirror;
using Xunit;

namespace NlinkFs.Tests.Mirror;

/// <summary>What the source says against what the mirror says.</summary>
public sealed class AttributePolicyTests
{
    private const ushort Directory = 0x41ED;
    private const ushort RegularFile = 0x81A4;
    private const long Now = 1_800_000_000;

    [Theory]
    [InlineData(NlinkMode.Zero, RegularFile, 0u, 1u)]
    [InlineData(NlinkMode.Zero, RegularFile, 7u, 7u)]
    [InlineData(NlinkMode.Zero, Directory, 0u, 2u)]
    [InlineData(NlinkMode.Zero, Directory, 9u, 9u)]
    [InlineData(NlinkMode.Always, RegularFile, 7u, 1u)]
    [InlineData(NlinkMode.Always, Directory, 9u, 2u)]
    [InlineData(NlinkMode.Off, RegularFile, 0u, 0u)]
    [InlineData(NlinkMode.Off, Directory, 0u, 0u)]
    internal void LinkCounts(NlinkMode mode, ushort type, uint said, uint shown)
    {
        StatxBuffer stat = new() { Mode = type, Nlink = said };
        Assert.Equal(shown, Show(new MirrorOptions { Nlink = mode }, stat).Nlink);
    }

    [Fact]
    public void ADirectoryCanShowOne() =>
        Assert.Equal(1u, Show(new MirrorOptions { DirectoryNlink = 1 }, new StatxBuffer { Mode = Directory }).Nlink);

    [Theory]
    [InlineData(3u, 0u)]
    [InlineData(0u, 1u)]
    public void ADeletedFileKeepsItsZeroOnlyIfTheSourceCountsLinks(uint before, uint shown)
    {
        AttributePolicy policy = new(new MirrorOptions());
        NodeMemory memory = default;
        StatxBuffer stat = new() { Mode = RegularFile, Nlink = before };
        policy.Apply(ref memory, ref stat, 5);
        StatxBuffer deleted = new() { Mode = RegularFile, Nlink = 0 };
        policy.Apply(ref memory, ref deleted, 5, deleted: true);
        Assert.Equal(shown, deleted.Nlink);
    }

    [Fact]
    public void InodeNumbersAreTheMirrorsOrTheSources()
    {
        StatxBuffer stat = new() { Mode = RegularFile, Ino = 77 };
        Assert.Equal(5ul, Show(new MirrorOptions(), stat).Ino);
        Assert.Equal(77ul, Show(new MirrorOptions { Inodes = InodeMode.Source }, stat).Ino);
    }

    [Theory]
    [InlineData(1ul, 0ul, 1ul)]
    [InlineData(512ul, 0ul, 1ul)]
    [InlineData(513ul, 0ul, 2ul)]
    [InlineData(513ul, 8ul, 8ul)]
    [InlineData(0ul, 0ul, 0ul)]
    public void Blocks(ulong size, ulong said, ulong shown)
    {
        StatxBuffer stat = new() { Mode = RegularFile, Size = size, Blocks = said };
        Assert.Equal(shown, Show(new MirrorOptions(), stat).Blocks);
        Assert.Equal(said, Show(new MirrorOptions { ComputeBlocks = false }, stat).Blocks);
    }

    [Fact]
    public void OwnerGroupAndModeAreOverriddenButNotTheTypeNorALinksMode()
    {
        Assert.True(Permissions.TryParse("0640", out Permissions permissions));
        MirrorOptions options = new() { ForceUser = 12, ForceGroup = 34, Permissions = permissions };
        StatxBuffer shown = Show(options, new StatxBuffer { Mode = RegularFile, Uid = 1, Gid = 2 });
        Assert.Equal((12u, 34u, 0x81A0), (shown.Uid, shown.Gid, shown.Mode));
        Assert.Equal(0xA1FF, Show(options, new StatxBuffer { Mode = 0xA1FF }).Mode);
    }

    [Fact]
    public void ATimeThatMovesAtEveryLookStaysWhatItWasWhileTheSizeDoes()
    {
        Looks looks = new();
        looks.First(100, seconds: 1000);
        for (long now = Now; now < Now + 100; now++)
        {
            Assert.Equal(1000, looks.Again(100, now, secondLook: now + 1));
        }

        Assert.Equal(Now + 200, looks.Again(101, Now + 200, secondLook: Now + 201));
    }

    [Fact]
    public void AClockInWholeSecondsThatStandsStillBetweenTwoLooksIsNotBelieved()
    {
        Looks looks = new();
        looks.First(100, seconds: 1000);
        for (long now = Now; now < Now + 10; now++)
        {
            Assert.Equal(1000, looks.Again(100, now, secondLook: now, at: now));
        }
    }

    [Fact]
    public void AChangeOfTheSameSizeIsBelievedAtOnceWhenItsTimeStandsStill()
    {
        Looks looks = new();
        looks.First(100, seconds: 1000);
        Assert.Equal(Now, looks.Again(100, Now, secondLook: Now, at: Now, nanoseconds: 5));
        Assert.Equal(2000, looks.Again(100, 2000, secondLook: 2000, at: Now));
    }

    [Fact]
    public void AYoungChangeInWholeSecondsIsBelievedWhenItHasAged()
    {
        Looks looks = new();
        looks.First(100, seconds: 1000);
        Assert.Equal(1000, looks.Again(100, Now, secondLook: Now, at: Now + 1));
        Assert.Equal(Now, looks.Again(100, Now, secondLook: Now, at: Now + 2));
    }

    [Fact]
    public void TimesPassWhenAskedFor()
    {
        Looks looks = new(TimesMode.Source);
        looks.First(100, seconds: 1000);
        Assert.Equal(Now, looks.Again(100, Now, secondLook: Now + 1));
    }

    [Fact]
    public void AccessTimesAreModificationTimes()
    {
        StatxBuffer stat = new() { Mode = RegularFile, Mtime = new StatxTimestamp { Seconds = 5 }, Atime = new StatxTimestamp { Seconds = 9 } };
        Assert.Equal(5, Show(new MirrorOptions(), stat).Atime.Seconds);
        Assert.Equal(9, Show(new MirrorOptions { Times = TimesMode.Source }, stat).Atime.Seconds);
    }

    [Fact]
    public void ZerosInStatFsBecomeSomethingAndTheRestPasses()
    {
        AttributePolicy policy = new(new MirrorOptions());
        StatFsBuffer zero = default;
        policy.Apply(ref zero);
        Assert.True(zero is { BlockSize: > 0, FragmentSize: > 0, Blocks: > 0, BlocksAvailable: > 0, NameLength: 255 });

        StatFsBuffer full = new() { BlockSize = 512, FragmentSize = 512, Blocks = 10, NameLength = 100 };
        policy.Apply(ref full);
        Assert.Equal((512L, 10ul, 0ul, 100L), (full.BlockSize, full.Blocks, full.BlocksFree, full.NameLength));
    }

    [Fact]
    public void EachCorrectionIsCountedByItsKindAndWhatIsRightIsNot()
    {
        AttributePolicy policy = new(new MirrorOptions());
        NodeMemory memory = default;
        StatxBuffer wrong = new() { Mode = RegularFile, Size = 1, BlockSize = 4096 };
        policy.Apply(ref memory, ref wrong, ino: 5);
        StatFsBuffer zeros = default;
        policy.Apply(ref zeros);
        Assert.Equal([1L, 1, 0, 1, 1], Counts(policy));

        // What was shown, and a clock that ticks.
        StatxBuffer right = wrong;
        policy.Apply(ref memory, ref right, ino: 5);
        policy.Apply(ref zeros);
        Assert.Equal([1L, 1, 0, 1, 1], Counts(policy));
        memory.TimesDrift = true;
        right.Mtime = new StatxTimestamp { Seconds = Now };
        policy.Apply(ref memory, ref right, ino: 5);
        Assert.Equal([1L, 1, 1, 1, 1], Counts(policy));
        _ = Parallel.For(0, 1000, _ => policy.Corrections.Count(Correction.Inode));
        Assert.Equal([1L, 1001, 1, 1, 1], Counts(policy));
    }

    private static IEnumerable<long> Counts(AttributePolicy policy) => Enum.GetValues<Correction>().Select(policy.Corrections.Of);

    private static StatxBuffer Show(MirrorOptions options, StatxBuffer stat)
    {
        NodeMemory memory = default;
        new AttributePolicy(options).Apply(ref memory, ref stat, ino: 5);
        return stat;
    }

    /// <summary>A file looked at again and again, as the mirror does it.</summary>
    private sealed class Looks(TimesMode times = TimesMode.Stable)
    {
        private readonly AttributePolicy _policy = new(new MirrorOptions { Times = times });
        private NodeMemory _memory;

        internal void First(ulong size, long seconds) => _ = Again(size, seconds, seconds);

        internal long Again(ulong size, long seconds, long secondLook, long at = Now, uint nanoseconds = 0)
        {
            StatxBuffer stat = Stat(size, seconds, nanoseconds);
            if (_policy.NeedsSecondLook(in _memory, in stat))
            {
                AttributePolicy.Judge(ref _memory, in stat, Stat(size, secondLook, nanoseconds), at);
            }

            _policy.Apply(ref _memory, ref stat, ino: 5);
            return stat.Mtime.Seconds;
        }

        private static StatxBuffer Stat(ulong size, long seconds, uint nanoseconds)
        {
            StatxTimestamp time = new() { Seconds = seconds, Nanoseconds = nanoseconds };
            return new StatxBuffer { Mode = RegularFile, Size = size, Mtime = time, Ctime = time };
        }
    }
}
