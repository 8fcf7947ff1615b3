using System.Globalization;

namespace NlinkFs.Check.Items;

/// <summary>How far the kernel reads ahead on the mount.</summary>
internal sealed class KernelReadAhead() : Check<Evidence>("read-ahead", "the kernel's read-ahead")
{
    /// <summary>The kernel's own default, KiB.</summary>
    private const int Usual = 128;

    internal override Finding Judge(Evidence evidence) => evidence.ReadAheadKilobytes switch
    {
        null => Unseen("/sys/class/bdi does not tell"),
        <= Usual and { } little when evidence.IsFuse => Note(
            string.Create(CultureInfo.InvariantCulture, $"{little} KiB"),
            "requests to the source are no larger, so few bytes are on the way at once",
            "a mirror reads further ahead by itself; --source-readahead=1M raises it for the source's own mount"),
        { } kilobytes => Ok(string.Create(CultureInfo.InvariantCulture, $"{kilobytes} KiB")),
    };
}
