using System.Text;
using NlinkFs.Linux;
using Xunit;

namespace NlinkFs.Tests.Linux;

/// <summary>Names and mount tables as text.</summary>
public sealed class TextTests
{
    [Fact]
    public void NamesStayReadableAndExact()
    {
        Assert.Equal("caf\u00e9 (2010).mkv", Printable.Escape("caf\u00e9 (2010).mkv"u8));
        Assert.Equal("a\\x0ab\\xffc\\x5cd\\x22", Printable.Escape([(byte)'a', 10, (byte)'b', 0xff, (byte)'c', (byte)'\\', (byte)'d', (byte)'"']));
        Assert.Equal("", Printable.Escape([]));
        Assert.Equal("\\xe2\\x82", Printable.Escape([0xe2, 0x82]));
    }

    [Fact]
    public void AMountTableLineIsTakenApart()
    {
        MountEntry mount = MountTable.Parse(
            "36 35 0:98 / /mnt/with\\040space\\012line rw,noatime master:1 shared:2 - fuse.rclone remote:\\040x rw,user_id=0"u8)!;
        Assert.Equal((36, 35, 0u, 98u), (mount.Id, mount.ParentId, mount.Major, mount.Minor));
        Assert.Equal("/mnt/with space\nline", Encoding.UTF8.GetString(mount.MountPoint));
        Assert.Equal(("rw,noatime", "fuse.rclone", "remote: x", "rw,user_id=0"), (mount.Options, mount.Type, Encoding.UTF8.GetString(mount.Source), mount.SuperOptions));
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 0:98 / /mnt rw")]
    [InlineData("36 35 98 / /mnt rw - fuse x rw")]
    [InlineData("x 35 0:98 / /mnt rw - fuse x rw")]
    [InlineData("36 35 0:98 / /mnt rw - fuse")]
    public void ALineThatIsNoMountIsNone(string line) => Assert.Null(MountTable.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void OpenFlagsAreNamed() => Assert.Equal("RDWR|NONBLOCK|CLOEXEC|0x40000000", OpenFlags.Describe(2 | 0x800 | 0x80000 | 0x40000000));

    [Fact]
    public void ErrorsAreNamed()
    {
        Assert.Equal("Input/output error (EIO)", Errno.EIO.ToString());
        Assert.Equal("errno 4711", new Errno(4711).Symbol);
    }
}
